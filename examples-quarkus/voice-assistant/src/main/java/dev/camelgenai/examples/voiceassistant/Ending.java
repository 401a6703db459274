package dev.camelgenai.examples.voiceassistant;

import io.quarkus.websockets.next.CloseReason;

/** Why the server ends the connection of a visitor; code and reason are those of the Close frame. */
enum Ending {

    /** The page may try again later. */
    TOO_MANY_VISITORS(1013, "There are too many visitors at the moment. Try again later."),
    TOO_MANY_MESSAGES(1008, "Your page sent too many messages at once."),
    MESSAGE_TOO_LARGE(1009, "Your page sent a message that is too large."),
    INVALID_MESSAGE(1008, "Your page sent a message that cannot be read."),
    VISIT_TOO_LONG(4000, "The time of this conversation is up. Connect again for another one."),
    IDLE(4001, "Nobody has said anything for a while. Connect again to go on."),
    CONNECTION_TOO_SLOW(4002, "Your connection is too slow for speech."),
    LIVE_SERVICE_REFUSED(4003, "The live service refused the session; the server's log says why."),
    LIVE_SERVICE_UNAVAILABLE(4004, "The live service cannot be reached at the moment. Try again later."),
    LIVE_QUOTA_USED_UP(4005, "The quota of the live service is used up. Try again later.");

    private final CloseReason closeReason;

    Ending(int code, String reason) {
        this.closeReason = new CloseReason(code, reason);
    }

    CloseReason closeReason() {
        return closeReason;
    }
}
