package dev.camelgenai.live;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.camelgenai.live.error.LiveInputException;

/** The beginning of a WAV file of what the model says: PCM, 16 bits, mono. */
final class WavHeader {

    private static final int SIZE = 44;
    private static final int BYTES_PER_SAMPLE = 2;
    private static final int DEFAULT_RATE = 24_000;
    private static final Pattern PCM = Pattern.compile("audio/(?:pcm|l16)(?:;\\s*(?:codec=pcm;\\s*)?rate=(\\d{1,6}))?.*",
            Pattern.CASE_INSENSITIVE);

    private WavHeader() {
    }

    /**
     * @throws LiveInputException when the audio is no PCM
     */
    static byte[] andPcm(BodyForms.Sound sound) {
        Matcher format = PCM.matcher(sound.mimeType());
        if (!format.matches()) {
            throw new LiveInputException("The data type genai-live:wav takes audio/pcm, but the audio is " + sound.mimeType(),
                    false);
        }
        int rate = format.group(1) == null ? DEFAULT_RATE : Integer.parseInt(format.group(1));
        byte[] pcm = sound.bytes();
        return ByteBuffer.allocate(SIZE + pcm.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF")).putInt(SIZE - 8 + pcm.length).put(ascii("WAVE"))
                .put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1).putInt(rate)
                .putInt(rate * BYTES_PER_SAMPLE).putShort((short) BYTES_PER_SAMPLE).putShort((short) (BYTES_PER_SAMPLE * 8))
                .put(ascii("data")).putInt(pcm.length).put(pcm).array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
