package dev.camelgenai.live.session;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a session stands. {@link LiveSession} shows the transitions as a drawing; here they are enforced.
 */
public enum LiveSessionState {

    /** Created; nothing has been sent anywhere. */
    NEW,

    /** The credential is fetched and the WebSocket is being opened, for the first time or again. */
    CONNECTING,

    /** The setup was sent; the service has not answered it yet. */
    SETTING_UP,

    /** Messages flow in both directions. */
    OPEN,

    /** The service has announced the end of the connection: it is being closed, and another one is opened then. */
    MOVING,

    /** The connection is lost, or could not be opened; the next attempt comes after a pause. */
    WAITING,

    /** What was accepted is still written, then the closing handshake follows; nothing new is accepted. */
    CLOSING,

    /** The end. */
    CLOSED;

    private Set<LiveSessionState> next() {
        return switch (this) {
            case NEW -> EnumSet.of(CONNECTING, CLOSED);
            case CONNECTING -> EnumSet.of(SETTING_UP, WAITING, CLOSED);
            case SETTING_UP -> EnumSet.of(OPEN, WAITING, CLOSED);
            case OPEN -> EnumSet.of(MOVING, WAITING, CLOSING, CLOSED);
            case MOVING, WAITING -> EnumSet.of(CONNECTING, CLOSED);
            case CLOSING -> EnumSet.of(CLOSED);
            case CLOSED -> EnumSet.noneOf(LiveSessionState.class);
        };
    }

    /** Whether a session in this state may go over to {@code target}. */
    public boolean canBecome(LiveSessionState target) {
        return next().contains(target);
    }

    /** Whether a session in this state takes no more messages. */
    boolean isEnding() {
        return this == CLOSING || this == CLOSED;
    }
}
