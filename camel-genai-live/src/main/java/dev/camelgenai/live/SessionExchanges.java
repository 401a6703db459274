package dev.camelgenai.live;

import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.session.Continuation;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.ReceivedMessage;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.SessionConsumer;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes exchanges of messages, and of those events that the route has asked for. */
final class SessionExchanges implements SessionConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(SessionExchanges.class);

    private final GenAiLiveConsumer consumer;
    private final GenAiLiveDeliver deliver;
    private final LiveEventKinds kinds;
    private final Set<SessionEventKind> events;
    private final SessionAtStart sessionAtStart;

    /**
     * @param deliver        whether an exchange is made of each message or of each event in it
     * @param kinds          the events that messages are delivered for
     * @param events         of the session, not of its messages
     * @param sessionAtStart {@code null} for none
     */
    SessionExchanges(GenAiLiveConsumer consumer, GenAiLiveDeliver deliver, LiveEventKinds kinds, Set<SessionEventKind> events,
            SessionAtStart sessionAtStart) {
        this.consumer = consumer;
        this.deliver = deliver;
        this.kinds = kinds;
        this.events = events;
        this.sessionAtStart = sessionAtStart;
    }

    @Override
    public boolean hearsCalls() {
        return kinds.contains(ServerEvent.Kind.toolCall);
    }

    @Override
    public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
        if (deliver == GenAiLiveDeliver.event) {
            deliver(session, received, LiveEvents.events(received), 0, done);
        } else if (kinds.isIn(received)) {
            deliver(session, received, done);
        } else {
            done.run();
        }
    }

    private void deliver(LiveSession session, ReceivedMessage received, Runnable done) {
        Exchange exchange = create(session, received);
        try {
            LiveServerMessage message = received.content();
            exchange.getMessage().setBody(message);
            fill(exchange.getMessage(), message);
        } catch (GenAiLiveException e) {
            exchange.setException(e);
        }
        process(exchange, session.address(), received, "A message of", done);
    }

    /** One exchange after the other, in the same loop where the route is done with each before it returns. */
    private void deliver(LiveSession session, ReceivedMessage received, List<ServerEvent> events, int first, Runnable done) {
        for (int i = first; i < events.size(); i++) {
            ServerEvent event = events.get(i);
            if (!kinds.contains(event)) {
                continue;
            }
            Exchange exchange = create(session, received);
            LiveEvents.fill(exchange.getMessage(), event, received.shared());
            int following = i + 1;
            Continuation next = new Continuation(() -> deliver(session, received, events, following, done));
            process(exchange, session.address(), "An event of", next);
            if (!next.isDoneOnReturn()) {
                return;
            }
        }
        done.run();
    }

    @Override
    public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
        if (!(event instanceof SessionEvent.Closed closed)) {
            tell(session, event, done);
        } else if (sessionAtStart == null || !sessionAtStart.address().equals(session.address())) {
            tellEnd(session, closed, done);
        } else {
            sessionAtStart.opened().whenCompleteAsync((opened, failure) -> {
                if (failure != null) {
                    // the start that fails is the one to tell
                    done.run();
                } else {
                    tellEnd(session, closed, () -> {
                        done.run();
                        consumer.giveUp(sessionAtStart, closed.cause().failure());
                    });
                }
            }, consumer.workers());
        }
    }

    private void tell(LiveSession session, SessionEvent event, Runnable done) {
        if (!events.contains(SessionEventKind.of(event))) {
            done.run();
            return;
        }
        Exchange exchange = create(session, event);
        SessionEventHeaders.set(exchange.getMessage(), event);
        process(exchange, session.address(), "An event of", done);
    }

    /** Never in both ways: who has asked for the exchange has taken the end into its own hands. */
    private void tellEnd(LiveSession session, SessionEvent.Closed closed, Runnable done) {
        if (events.contains(SessionEventKind.closed)) {
            tell(session, closed, done);
            return;
        }
        try {
            Exchange exchange = create(session, (Object) null);
            try {
                consumer.getExceptionHandler().handleException("The live session " + session.address().key() + " has ended",
                        exchange, closed.cause().failure());
            } finally {
                consumer.releaseExchange(exchange, false);
            }
        } finally {
            done.run();
        }
    }

    private Exchange create(LiveSession session, ReceivedMessage received) {
        Exchange exchange = create(session, (Object) null);
        exchange.getMessage().setHeader(GenAiLiveConstants.SEQUENCE_NUMBER, received.sequenceNumber());
        if (received.turnId() > 0) {
            exchange.getMessage().setHeader(GenAiLiveConstants.TURN_ID, received.turnId());
        }
        return exchange;
    }

    private Exchange create(LiveSession session, Object body) {
        Exchange exchange = consumer.createExchange(false);
        Message message = exchange.getMessage();
        message.setBody(body);
        message.setHeader(GenAiLiveConstants.SESSION_KEY, session.address().key());
        session.sessionId().ifPresent(id -> message.setHeader(GenAiLiveConstants.SESSION_ID, id));
        return exchange;
    }

    private void process(Exchange exchange, SessionAddress address, String what, Runnable done) {
        process(exchange, address, null, what, done);
    }

    private void process(Exchange exchange, SessionAddress address, ReceivedMessage whole, String what, Runnable done) {
        if (exchange.getException() != null) {
            report(exchange, what + " live session " + address.key());
            consumer.releaseExchange(exchange, false);
            done.run();
            return;
        }
        OpenDelivery delivery = OpenDelivery.begin(exchange, address, whole);
        consumer.getAsyncProcessor().process(exchange, doneSync -> {
            try {
                if (exchange.getException() != null) {
                    report(exchange, what + " live session " + address.key());
                }
            } finally {
                delivery.end();
                consumer.releaseExchange(exchange, false);
                done.run();
            }
        });
    }

    private void report(Exchange exchange, String what) {
        if (exchange.getException() instanceof RejectedExecutionException && consumer.isEnding()) {
            // the route takes nothing any more: no error of its own, and as little news as what was left in the lane
            LOG.warn("{} came while the route was being stopped and was not delivered", what);
        } else {
            consumer.getExceptionHandler().handleException(what + " could not be processed", exchange, exchange.getException());
        }
    }

    private static void fill(Message out, LiveServerMessage message) {
        message.serverContent().ifPresent(content -> fill(out, content));
        message.usageMetadata().ifPresent(usage -> GenAiLiveProducer.setTokens(out, usage));
    }

    private static void fill(Message out, LiveServerContent content) {
        content.turnComplete().ifPresent(flag -> out.setHeader(GenAiLiveConstants.TURN_COMPLETE, flag));
        content.generationComplete().ifPresent(flag -> out.setHeader(GenAiLiveConstants.GENERATION_COMPLETE, flag));
        content.interrupted().ifPresent(flag -> out.setHeader(GenAiLiveConstants.INTERRUPTED, flag));
    }
}
