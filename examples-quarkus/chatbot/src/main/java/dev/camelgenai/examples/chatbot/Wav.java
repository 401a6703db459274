package dev.camelgenai.examples.chatbot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** WAV files in, as chunks of the PCM that live models listen to, and WAV files out. */
final class Wav {

    /** What {@link #toChunks} makes. */
    static final String INPUT_MIME_TYPE = "audio/pcm;rate=16000";

    private static final int SAMPLE_BYTES = 2;
    private static final AudioFormat INPUT = pcm(16_000);
    private static final int INPUT_BYTES_PER_SECOND = 16_000 * SAMPLE_BYTES;
    /** 20 ms, what microphones deliver. */
    private static final int CHUNK_BYTES = INPUT_BYTES_PER_SECOND / 50;
    private static final int MIN_RATE = 4_000;
    private static final int MAX_RATE = 192_000;
    private static final int MAX_CHANNELS = 8;
    private static final Pattern RATE = Pattern.compile("rate=(\\d{4,6})");
    private static final int USUAL_OUTPUT_RATE = 24_000;

    private Wav() {
    }

    /**
     * 20 ms chunks of 16 kHz mono PCM; another rate, resolution or number of channels is converted.
     *
     * @throws BadRequestException when this is no sound that Java can read, or too much of it
     */
    static List<byte[]> toChunks(byte[] wav, Duration max) {
        long maxBytes = max.toMillis() * INPUT_BYTES_PER_SECOND / 1000;
        try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav));
                AudioInputStream input = convert(sound)) {
            List<byte[]> chunks = new ArrayList<>();
            long bytes = 0;
            byte[] chunk = input.readNBytes(CHUNK_BYTES);
            while (chunk.length > 0) {
                chunks.add(chunk);
                bytes += chunk.length;
                // what the header says about the length is the client's word only
                if (bytes > maxBytes) {
                    throw new BadRequestException("The sound is too long; at most " + max.toSeconds()
                            + " s are accepted (chatbot.max-speech)");
                }
                chunk = input.readNBytes(CHUNK_BYTES);
            }
            if (chunks.isEmpty()) {
                throw new BadRequestException("The WAV file contains no sound");
            }
            return chunks;
        } catch (UnsupportedAudioFileException e) {
            throw new BadRequestException("The body is no WAV file with PCM sound; 16 kHz, mono and 16 bits is best", e);
        } catch (IOException e) {
            throw new BadRequestException("The WAV file is damaged: " + e.getMessage(), e);
        }
    }

    private static AudioInputStream convert(AudioInputStream sound) {
        AudioFormat given = sound.getFormat();
        if (given.matches(INPUT)) {
            return sound;
        }
        // a header may claim anything, and the JDK's converters believe it
        boolean sane = given.getSampleRate() >= MIN_RATE && given.getSampleRate() <= MAX_RATE && given.getChannels() > 0
                && given.getChannels() <= MAX_CHANNELS && given.getFrameSize() > 0;
        if (!sane || !AudioSystem.isConversionSupported(INPUT, given)) {
            throw new BadRequestException("Sound of the format " + given + " cannot be converted here; send 16 kHz, mono and 16"
                    + " bits, which `sox in.wav -r 16000 -c 1 -b 16 out.wav` makes");
        }
        return AudioSystem.getAudioInputStream(INPUT, sound);
    }

    /**
     * @param pcm      16-bit signed little-endian mono
     * @param mimeType with the rate, such as {@code audio/pcm;rate=24000}
     */
    static byte[] of(byte[] pcm, String mimeType) {
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        try (AudioInputStream sound = new AudioInputStream(new ByteArrayInputStream(pcm), pcm(rate(mimeType)),
                pcm.length / SAMPLE_BYTES)) {
            AudioSystem.write(sound, AudioFileFormat.Type.WAVE, wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return wav.toByteArray();
    }

    /** How long PCM of that format sounds. */
    static Duration duration(byte[] pcm, String mimeType) {
        return Duration.ofMillis(1000L * pcm.length / SAMPLE_BYTES / rate(mimeType));
    }

    private static int rate(String mimeType) {
        Matcher rate = RATE.matcher(mimeType);
        return rate.find() ? Integer.parseInt(rate.group(1)) : USUAL_OUTPUT_RATE;
    }

    private static AudioFormat pcm(int rate) {
        return new AudioFormat(rate, SAMPLE_BYTES * 8, 1, true, false);
    }
}
