package dev.camelgenai.live;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LaneBounds;
import dev.camelgenai.live.session.LiveSessions;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an exchange of every message of the sessions it listens to: in order and one at a time within a session,
 * concurrently for different sessions. With {@code sessionEvents} it also makes exchanges of what happens to the sessions.
 *
 * With {@code sessionStart=onStart} it opens a session when it starts, and fails to start where it cannot. When such a session
 * ends by itself, the consumer stops its route with the cause, so that the route's health is DOWN, rather than being started
 * and hearing nothing. The route stays stopped until it is started again; a supervising route controller retries starts that
 * fail, but leaves routes alone that have been started once.
 */
public class GenAiLiveConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(GenAiLiveConsumer.class);

    private final GenAiLiveEndpoint endpoint;
    private volatile LiveSessions.Subscription subscription;
    private volatile SessionAtStart sessionAtStart;
    /** Why the route does not run though it was to. */
    private volatile RuntimeException lostFor;

    GenAiLiveConsumer(GenAiLiveEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lostFor = null;
        GenAiLiveConfiguration options = endpoint.getConfiguration();
        LaneBounds laneBounds = OptionValue.checked(() -> new LaneBounds(options.getLaneMaxMessages(),
                Duration.ofMillis(options.getLaneStallTimeout()), options.getLaneOverflow(),
                options.isDropAudioOnInterrupt()));
        Set<SessionEventKind> events = SessionEventKind.parse(options.getSessionEvents());
        LiveEventKinds kinds = LiveEventKinds.parse(options.getEvents());
        endpoint.getComponent().profiles().resolve(endpoint.sessionGroup());
        SessionAtStart atStart = options.getSessionStart() == GenAiLiveSessionStart.onStart
                ? new SessionAtStart(endpoint)
                : null;
        subscription = endpoint.getComponent().sessions().subscribe(endpoint.sessionGroup(), options.getSessionKey(),
                new SessionExchanges(this, options.getDeliver(), kinds, events, atStart), laneBounds);
        sessionAtStart = atStart;
        if (atStart != null) {
            // what fails here has Camel stop this consumer, which ends the subscription
            openAtStart(atStart);
        }
    }

    @Override
    protected void doStop() throws Exception {
        SessionAtStart atStart = sessionAtStart;
        sessionAtStart = null;
        if (atStart != null) {
            atStart.release();
        }
        unsubscribe();
        super.doStop();
    }

    private void openAtStart(SessionAtStart atStart) {
        try {
            atStart.open();
        } catch (RuntimeException e) {
            lostFor = e;
            throw e;
        }
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
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
        SessionAtStart atStart = sessionAtStart;
        if (atStart != null && endpoint.getConfiguration().getOnSuspend() == GenAiLiveSuspend.closeSession) {
            try {
                openAtStart(atStart);
            } catch (RuntimeException e) {
                // Camel takes a consumer that failed to resume for stopped already
                unsubscribe();
                throw e;
            }
        }
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

    /** Whether the route is being stopped, or Camel is. */
    boolean isEnding() {
        return isStopping() || isStopped() || endpoint.getCamelContext().isStopping();
    }

    @Override
    public GenAiLiveEndpoint getEndpoint() {
        return endpoint;
    }

    /** Why the session that is opened at the start is not there; empty while it is, or where none was to be. */
    Optional<RuntimeException> lostFor() {
        return Optional.ofNullable(lostFor);
    }

    Executor workers() {
        return endpoint.getComponent().workers();
    }

    /**
     * The session without which the route would not have started has ended. Returns at once: the route is stopped on a thread
     * of its own, because that waits for exchanges in flight and for Camel's lock.
     */
    void giveUp(SessionAtStart lost, GenAiLiveException cause) {
        if (lost.giveUp()) {
            endpoint.getCamelContext().getExecutorServiceManager()
                    .newThread("GenAiLiveRouteStop", () -> stopRoute(lost, cause)).start();
        }
    }

    private void stopRoute(SessionAtStart lost, GenAiLiveException cause) {
        CamelContext context = endpoint.getCamelContext();
        if (lost != sessionAtStart || context.isStopping() || context.isStopped()) {
            // somebody was faster
            return;
        }
        lostFor = cause;
        LOG.error("The live session {} has ended, so the route {}, which opened it at its start, is stopped",
                lost.address().key(), getRouteId(), cause);
        try {
            if (getRouteId() != null) {
                context.getRouteController().stopRoute(getRouteId(), cause);
            } else {
                stop();
            }
        } catch (Exception e) {
            LOG.error("The route {} could not be stopped after its live session had ended", getRouteId(), e);
        }
    }
}
