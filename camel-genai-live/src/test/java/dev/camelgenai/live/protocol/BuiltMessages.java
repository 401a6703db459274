package dev.camelgenai.live.protocol;

/** Lets tests of other packages see what a message has cost. */
public final class BuiltMessages {

    private BuiltMessages() {
    }

    /** Whether Google's type was built of it. */
    public static boolean isBuilt(ServerMessage message) {
        return message.isBuilt();
    }
}
