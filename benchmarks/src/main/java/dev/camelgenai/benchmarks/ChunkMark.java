package dev.camelgenai.benchmarks;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/**
 * What the first bytes of every chunk of audio carry, so that server and client can tell what was lost, repeated or overtaken,
 * and how long an answer took. Its length is a multiple of three: in base64 it ends where a character ends, and so can be read
 * and replaced without touching the rest.
 *
 * @param session   the number of the session within the run, from 0
 * @param sequence  counts the chunks of the session from 0
 * @param sentNanos {@link System#nanoTime()} of whoever sent the chunk
 */
public record ChunkMark(int session, long sequence, long sentNanos) {

    /** Bytes of audio that a mark takes. */
    public static final int BYTES = 24;
    /** Characters that these are in base64. */
    public static final int CHARACTERS = BYTES / 3 * 4;

    private static final int MAGIC = 0x43474c42;
    private static final byte[] VALUES = values();

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        values['+'] = 62;
        values['-'] = 62;
        values['/'] = 63;
        values['_'] = 63;
        return values;
    }

    /** Writes the mark to the beginning of the audio. */
    public void writeTo(byte[] pcm) {
        putInt(pcm, 0, session);
        putLong(pcm, 4, sequence);
        putLong(pcm, 12, sentNanos);
        putInt(pcm, 20, MAGIC);
    }

    /**
     * Reads the mark at the beginning of audio.
     *
     * @throws IllegalArgumentException when there is none: the audio is damaged
     */
    public static ChunkMark of(byte[] pcm) {
        if (pcm.length < BYTES) {
            throw damaged();
        }
        return checked(getLong(pcm, 0), getLong(pcm, 8), getLong(pcm, 16));
    }

    /**
     * Reads the mark at the beginning of audio in base64, in either alphabet.
     *
     * @param  text                     UTF-8
     * @param  from                     index of the first character
     * @throws IllegalArgumentException when there is none: the audio is damaged
     */
    public static ChunkMark of(ByteBuf text, int from) {
        if (text.writerIndex() - from < CHARACTERS) {
            throw damaged();
        }
        byte[] pcm = new byte[BYTES];
        for (int i = 0; i < CHARACTERS; i += 4) {
            int four = 0;
            for (int k = 0; k < 4; k++) {
                int value = VALUES[text.getByte(from + i + k) & 0xff];
                if (value < 0) {
                    throw damaged();
                }
                four = four << 6 | value;
            }
            int at = i / 4 * 3;
            pcm[at] = (byte) (four >> 16);
            pcm[at + 1] = (byte) (four >> 8);
            pcm[at + 2] = (byte) four;
        }
        return of(pcm);
    }

    private static ChunkMark checked(long first, long second, long third) {
        if ((int) third != MAGIC) {
            throw damaged();
        }
        return new ChunkMark((int) (first >> 32), first << 32 | second >>> 32, second << 32 | third >>> 32);
    }

    private static IllegalArgumentException damaged() {
        return new IllegalArgumentException("The audio does not begin with a mark");
    }

    private static void putInt(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >> 24 - 8 * i);
        }
    }

    private static void putLong(byte[] bytes, int at, long value) {
        putInt(bytes, at, (int) (value >> 32));
        putInt(bytes, at + 4, (int) value);
    }

    private static long getLong(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }
}
