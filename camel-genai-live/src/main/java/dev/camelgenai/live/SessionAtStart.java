package dev.camelgenai.live;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.SessionAddress;

/** The session that a producer or consumer opens when it starts, and without which the start fails. */
final class SessionAtStart {

    private final LiveSessions sessions;
    private final SessionAddress address;
    private final CompletableFuture<LiveSession> opened = new CompletableFuture<>();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private final AtomicBoolean kept = new AtomicBoolean();

    SessionAtStart(GenAiLiveEndpoint endpoint) {
        this.sessions = endpoint.getComponent().sessions();
        this.address = new SessionAddress(endpoint.sessionGroup(), endpoint.defaultSessionKey());
    }

    SessionAddress address() {
        return address;
    }

    /** Completes when it is known whether the first {@link #open()} succeeds. */
    CompletionStage<LiveSession> opened() {
        return opened;
    }

    /** @return whether this is the first call */
    boolean giveUp() {
        return givenUp.compareAndSet(false, true);
    }

    /**
     * Waits until the session is open: for as many attempts as the options {@code reconnect*} allow. From then on it is not
     * closed for being idle until {@link #release()}.
     *
     * @throws GenAiLiveException when it cannot be opened, the component is shut down, or the thread is interrupted, which it
     *                            stays
     */
    void open() {
        try {
            await(kept.compareAndSet(false, true) ? sessions.keepOpen(address) : sessions.open(address));
        } catch (RuntimeException e) {
            opened.completeExceptionally(e);
            release();
            throw e;
        }
    }

    /** The session may be closed for being idle again. May be called several times. */
    void release() {
        if (kept.compareAndSet(true, false)) {
            sessions.release(address);
        }
    }

    private void await(CompletionStage<LiveSession> opening) {
        try {
            CompletableFuture<LiveSession> attempt = opening.toCompletableFuture();
            attempt.whenComplete((session, failure) -> {
                if (failure == null) {
                    opened.complete(session);
                } else {
                    opened.completeExceptionally(failure);
                }
            });
            attempt.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LiveSessionClosedException(
                    "The start was interrupted before the session "
                            + address.key() + " of group " + address.group() + " was open (sessionStart=onStart)",
                    true, e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private GenAiLiveException failure(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof GenAiLiveException known
                ? known
                : new GenAiLiveException("The session " + address.key() + " of group " + address.group()
                        + " could not be opened (sessionStart=onStart): " + cause, false, cause);
    }
}
