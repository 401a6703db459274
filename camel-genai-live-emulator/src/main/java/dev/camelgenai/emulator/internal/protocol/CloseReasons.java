package dev.camelgenai.emulator.internal.protocol;

import java.nio.charset.StandardCharsets;

/** A Close frame has room for 123 bytes of text; the service cuts its longer ones, in the middle of a word. */
public final class CloseReasons {

    /** 125 bytes of control frame payload less two for the code. */
    public static final int MAX_BYTES = 123;

    private CloseReasons() {
    }

    /** The longest start of {@code reason} that fits, never half a character. */
    public static String cut(String reason) {
        return start(reason, MAX_BYTES);
    }

    /**
     * The first two thirds, as if the service had cut it; what does not fit is cut more. Never half a character: that would not
     * be a truncated reason but an invalid Close frame, which clients must not accept (RFC 6455, 5.5.1).
     */
    public static String truncate(String reason) {
        return start(reason, Math.min(MAX_BYTES, reason.getBytes(StandardCharsets.UTF_8).length * 2 / 3));
    }

    private static String start(String reason, int maxBytes) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= maxBytes) {
            return reason;
        }
        int end = maxBytes;
        // a continuation byte at the cut means that its character began before it
        while ((utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(utf8, 0, end, StandardCharsets.UTF_8);
    }
}
