package dev.camelgenai.examples.voiceassistant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A recorded human voice, and silence: PCM, 16 bits, mono, 16 kHz. */
final class Speech {

    /** Says "Front. Center."; where it is from is told beside it. */
    private static final Path WAV = Path.of("../chatbot/src/main/resources/speech/front-center.wav");
    private static final int WAV_HEADER_BYTES = 44;
    private static final int RATE = 16_000;
    private static final int CHUNK_BYTES = RATE / 50 * Short.BYTES;

    private Speech() {
    }

    /** 1.43 s of speech. */
    static byte[] utterance() {
        try {
            byte[] wav = Files.readAllBytes(WAV);
            return Arrays.copyOfRange(wav, WAV_HEADER_BYTES, wav.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] silence(Duration duration) {
        return new byte[(int) (RATE * Short.BYTES * duration.toMillis() / 1_000)];
    }

    static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    /** As a page sends it, 20 ms each. */
    static List<byte[]> chunks(byte[] pcm) {
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < pcm.length; i += CHUNK_BYTES) {
            chunks.add(Arrays.copyOfRange(pcm, i, Math.min(pcm.length, i + CHUNK_BYTES)));
        }
        return chunks;
    }

    static byte[] wav(byte[] pcm) {
        return ByteBuffer.allocate(WAV_HEADER_BYTES + pcm.length).order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes()).putInt(WAV_HEADER_BYTES - 8 + pcm.length).put("WAVEfmt ".getBytes()).putInt(16)
                .putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(RATE * Short.BYTES)
                .putShort((short) Short.BYTES).putShort((short) Short.SIZE)
                .put("data".getBytes()).putInt(pcm.length).put(pcm).array();
    }

    /** The loudest sample, 0 to 32768. */
    static int loudest(byte[] pcm) {
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        int loudest = 0;
        while (samples.remaining() >= Short.BYTES) {
            loudest = Math.max(loudest, Math.abs(samples.getShort()));
        }
        return loudest;
    }
}
