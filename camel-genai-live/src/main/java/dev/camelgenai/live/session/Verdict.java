package dev.camelgenai.live.session;

import java.util.Objects;

/**
 * What the end of a connection means for the session.
 *
 * @param ending         what has happened, free of secrets
 * @param retry          whether to connect again
 * @param mayBeTheHandle whether a setup with a resumption handle may have been refused because of the handle, so that one
 *                       without may be accepted, whatever {@code retry} says; nothing is said about setups without
 */
record Verdict(SessionEvent.Ending ending, Retry retry, boolean mayBeTheHandle) {

    Verdict {
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(retry, "retry");
    }
}
