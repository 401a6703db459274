package dev.camelgenai.benchmarks.peer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

import io.netty.buffer.ByteBuf;

/**
 * Writes chunks of audio as masked WebSocket frames, one pass of base64 and one of masking, eight bytes at a time. Not thread-safe:
 * one for each event loop.
 */
final class AudioFrames {

    /** More than any chunk of the benchmark takes as a frame. */
    private static final int MAX_FRAME = 8 * 1024;
    private static final int HEADER = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] START = ("{\"realtimeInput\":{\"audio\":{\"mimeType\":\"" + Target.AUDIO + "\",\"data\":\"")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}}}".getBytes(StandardCharsets.US_ASCII);
    private static final int FINAL_TEXT = 0x81;
    /** Masked, and with a length of two bytes: right for every length from 126 to 65,535. */
    private static final int MASKED_SHORT = 0x80 | 126;

    private final byte[] base64 = new byte[MAX_FRAME];
    private final byte[] message = new byte[MAX_FRAME + Long.BYTES];

    /** Bytes of the frame for so much audio. */
    static int size(int pcmBytes) {
        return HEADER + START.length + (pcmBytes + 2) / 3 * 4 + END.length;
    }

    /**
     * @param pcm at least 60 bytes, and no more than 4 KB
     */
    void write(byte[] pcm, ByteBuf out) {
        int encoded = Base64.getEncoder().encode(pcm, base64);
        int length = START.length + encoded + END.length;
        System.arraycopy(START, 0, message, 0, START.length);
        System.arraycopy(base64, 0, message, START.length, encoded);
        System.arraycopy(END, 0, message, START.length + encoded, END.length);
        int mask = ThreadLocalRandom.current().nextInt();
        long twice = (long) mask << 32 | mask & 0xffffffffL;
        for (int at = 0; at < length; at += Long.BYTES) {
            LONGS.set(message, at, (long) LONGS.get(message, at) ^ twice);
        }
        out.writeByte(FINAL_TEXT).writeByte(MASKED_SHORT).writeShort(length).writeInt(mask).writeBytes(message, 0, length);
    }
}
