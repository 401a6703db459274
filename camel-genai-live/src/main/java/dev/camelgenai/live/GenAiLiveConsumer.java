package dev.camelgenai.live;

import java.time.Duration;

import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LaneBounds;
import dev.camelgenai.live.session.LaneOverflow;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.SessionConsumer;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;

/**
 * Makes an exchange of every message of the sessions it listens to: in order and one at a time within a session,
 * concurrently for different sessions.
 */
public class GenAiLiveConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

    private final GenAiLiveEndpoint endpoint;
    private volatile LiveSessions.Subscription subscription;

    GenAiLiveConsumer(GenAiLiveEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        GenAiLiveConfiguration options = endpoint.getConfiguration();
        if (options.getLaneMaxMessages() < 1) {
            throw new IllegalArgumentException("The option laneMaxMessages must be at least 1, but is "
                    + options.getLaneMaxMessages());
        }
        endpoint.getComponent().profiles().resolve(endpoint.sessionGroup());
        subscription = endpoint.getComponent().sessions().subscribe(endpoint.sessionGroup(), options.getSessionKey(),
                new Exchanges(),
                new LaneBounds(options.getLaneMaxMessages(), Duration.ofSeconds(30), LaneOverflow.pause, true));
    }

    @Override
    protected void doStop() throws Exception {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
        super.doStop();
    }

    @Override
    protected void doSuspend() throws Exception {
        super.doSuspend();
        subscription.suspend();
        if (endpoint.getConfiguration().getOnSuspend() == GenAiLiveSuspend.closeSession) {
            subscription.closeSessions();
        }
    }

    @Override
    protected void doResume() throws Exception {
        subscription.resume();
        super.doResume();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        // delivery goes on until nothing is in flight: suspended now, what was received already would be lost
        return true;
    }

    @Override
    public int getPendingExchangesSize() {
        // what a suspended route holds back is not about to be processed: a shutdown must not wait for it
        return isSuspended() ? 0 : pendingMessages();
    }

    /** Messages that were received and not handed to the route yet. */
    int pendingMessages() {
        LiveSessions.Subscription current = subscription;
        return current == null ? 0 : current.pending();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // nothing to prepare: stopping the consumer ends its lanes
    }

    /** Turns messages into exchanges. */
    private final class Exchanges implements SessionConsumer {

        @Override
        public void onMessage(LiveSession session, LiveServerMessage message, long sequenceNumber, Runnable done) {
            Exchange exchange = createExchange(false);
            fill(exchange.getMessage(), session, message, sequenceNumber);
            getAsyncProcessor().process(exchange, doneSync -> {
                try {
                    if (exchange.getException() != null) {
                        getExceptionHandler().handleException("A message of live session " + session.address().key()
                                + " could not be processed", exchange, exchange.getException());
                    }
                } finally {
                    releaseExchange(exchange, false);
                    done.run();
                }
            });
        }

        @Override
        public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
            if (event instanceof SessionEvent.Closed closed) {
                lost(session, closed.cause().failure());
            }
            done.run();
        }

        private void lost(LiveSession session, GenAiLiveException failure) {
            Exchange exchange = createExchange(false);
            exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, session.address().key());
            session.sessionId().ifPresent(id -> exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_ID, id));
            try {
                getExceptionHandler().handleException("The live session " + session.address().key() + " has ended", exchange,
                        failure);
            } finally {
                releaseExchange(exchange, false);
            }
        }

        private void fill(Message out, LiveSession session, LiveServerMessage message, long sequenceNumber) {
            out.setBody(message);
            out.setHeader(GenAiLiveConstants.SESSION_KEY, session.address().key());
            out.setHeader(GenAiLiveConstants.SEQUENCE_NUMBER, sequenceNumber);
            session.sessionId().ifPresent(id -> out.setHeader(GenAiLiveConstants.SESSION_ID, id));
            message.serverContent().ifPresent(content -> fill(out, content));
            message.usageMetadata().ifPresent(usage -> GenAiLiveProducer.setTokens(out, usage));
        }

        private void fill(Message out, LiveServerContent content) {
            content.turnComplete().ifPresent(flag -> out.setHeader(GenAiLiveConstants.TURN_COMPLETE, flag));
            content.generationComplete().ifPresent(flag -> out.setHeader(GenAiLiveConstants.GENERATION_COMPLETE, flag));
            content.interrupted().ifPresent(flag -> out.setHeader(GenAiLiveConstants.INTERRUPTED, flag));
        }
    }
}
