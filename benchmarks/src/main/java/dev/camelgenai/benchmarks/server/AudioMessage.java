package dev.camelgenai.benchmarks.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.camelgenai.benchmarks.ChunkMark;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Messages of audio as the service sends them, prepared but for their mark. Immutable. */
public final class AudioMessage {

    private static final String START = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":"
            + "\"audio/pcm;rate=24000\",\"data\":\"";
    private static final String END = "\"}}]}}}";

    private final byte[] start = START.getBytes(StandardCharsets.US_ASCII);
    private final byte[] rest;

    /**
     * @param audioBytes length of the audio; 1,920 are 40 ms
     */
    public AudioMessage(int audioBytes) {
        if (audioBytes < ChunkMark.BYTES || audioBytes % 2 != 0) {
            throw new IllegalArgumentException(
                    "audioBytes must be even and at least " + ChunkMark.BYTES + ", but is " + audioBytes);
        }
        byte[] tone = new byte[audioBytes - ChunkMark.BYTES];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (byte) (i * 31);
        }
        rest = (Base64.getEncoder().encodeToString(tone) + END).getBytes(StandardCharsets.US_ASCII);
    }

    /** With a mark that is in base64 already: the characters of a chunk, from there on. */
    ByteBuf withMarkOf(ByteBuf chunk, int from, ByteBufAllocator allocator) {
        ByteBuf message = allocator.buffer(length());
        message.writeBytes(start).writeBytes(chunk, from, ChunkMark.CHARACTERS).writeBytes(rest);
        return message;
    }

    /** With the given mark. */
    ByteBuf with(ChunkMark mark, ByteBufAllocator allocator) {
        ByteBuf message = allocator.buffer(length());
        message.writeBytes(start).writeBytes(encoded(mark)).writeBytes(rest);
        return message;
    }

    /** The message as bytes. */
    public byte[] bytes(ChunkMark mark) {
        byte[] message = new byte[length()];
        System.arraycopy(start, 0, message, 0, start.length);
        System.arraycopy(encoded(mark), 0, message, start.length, ChunkMark.CHARACTERS);
        System.arraycopy(rest, 0, message, start.length + ChunkMark.CHARACTERS, rest.length);
        return message;
    }

    private static byte[] encoded(ChunkMark mark) {
        byte[] pcm = new byte[ChunkMark.BYTES];
        mark.writeTo(pcm);
        return Base64.getEncoder().encode(pcm);
    }

    private int length() {
        return start.length + ChunkMark.CHARACTERS + rest.length;
    }
}
