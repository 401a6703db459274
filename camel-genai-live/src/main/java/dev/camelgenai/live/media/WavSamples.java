package dev.camelgenai.live.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.MediaType.Kind;

/**
 * The sound of a WAV file, read as a stream and mixed down to the mean of its channels. The JDK reads the header and the widths
 * of samples; no sound device is looked for.
 */
final class WavSamples implements Samples {

    private static final String FIX = ". WAV is read with PCM of 8, 16, 24 or 32 bits, floating point, mu-law or A-law; convert"
            + " it, for instance with: ffmpeg -i IN -ac 1 -ar 16000 -c:a pcm_s16le OUT.wav";
    /** What encoders write as the size of data that they stream: 0, or about as much as fits into the field, signed or not. */
    private static final long ABOUT_2_GB = 0x7FFF_F000L - 64;
    private static final long ABOUT_4_GB = 0xFFFF_F000L - 64;
    private static final int FRAMES = 2_048;
    private static final int UNKNOWN = AudioSystem.NOT_SPECIFIED;

    private final InputStream frames;
    private final AudioFormat format;
    private final short[] law;
    private final int frameBytes;
    private final byte[] bytes;
    private final FloatBuffer floats;
    private final long announced;
    private long framesRead;

    /**
     * @param  wav                buffered for more than its header; closed by whoever opened it
     * @throws LiveInputException when it is damaged, or of a format that is not read
     */
    WavSamples(InputStream wav) throws IOException {
        AudioInputStream content = open(wav);
        format = content.getFormat();
        MediaType.requireRate(format.getSampleRate(), "The WAV file has the rate " + format.getSampleRate());
        announced = content.getFrameLength();
        law = law(format.getEncoding());
        if (law != null) {
            frames = content;
            frameBytes = format.getChannels();
        } else {
            frames = floats(content);
            frameBytes = Float.BYTES * format.getChannels();
        }
        bytes = new byte[FRAMES * frameBytes];
        floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    int rate() {
        return Math.round(format.getSampleRate());
    }

    private static AudioInputStream open(InputStream wav) throws IOException {
        AudioInputStream content;
        try {
            content = AudioSystem.getAudioInputStream(wav);
        } catch (UnsupportedAudioFileException e) {
            throw new LiveInputException("The WAV file is damaged or of a format that is not read" + FIX, false, e);
        }
        AudioFormat format = content.getFormat();
        long size = content.getFrameLength() * format.getFrameSize();
        if (size <= 0 || (size >= ABOUT_2_GB && size <= Integer.MAX_VALUE) || size >= ABOUT_4_GB) {
            // its encoder did not know the length; the JDK has read no further than the header
            return new AudioInputStream(wav, format, UNKNOWN);
        }
        return content;
    }

    private static short[] law(Encoding encoding) {
        if (encoding.equals(Encoding.ULAW)) {
            return G711.table(Kind.MU_LAW);
        }
        return encoding.equals(Encoding.ALAW) ? G711.table(Kind.A_LAW) : null;
    }

    private static AudioInputStream floats(AudioInputStream content) {
        AudioFormat format = content.getFormat();
        AudioFormat asFloats = new AudioFormat(Encoding.PCM_FLOAT, format.getSampleRate(), Float.SIZE, format.getChannels(),
                Float.BYTES * format.getChannels(), format.getSampleRate(), false);
        try {
            return AudioSystem.getAudioInputStream(asFloats, content);
        } catch (IllegalArgumentException e) {
            throw new LiveInputException("The WAV file has the format " + format + FIX, false, e);
        }
    }

    @Override
    public int read(float[] into) throws IOException {
        int wanted = Math.min(FRAMES, into.length);
        int read = frames.readNBytes(bytes, 0, wanted * frameBytes) / frameBytes;
        if (read == 0) {
            requireWhole();
            return -1;
        }
        int channels = format.getChannels();
        for (int frame = 0; frame < read; frame++) {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += sample(frame * channels + channel);
            }
            into[frame] = sum / channels;
        }
        framesRead += read;
        return read;
    }

    private float sample(int index) {
        return law != null ? law[bytes[index] & 0xFF] / 32_768f : floats.get(index);
    }

    /** What is not there is not to be missed in silence. */
    private void requireWhole() {
        if (announced > 0 && framesRead < announced) {
            throw new LiveInputException("The WAV file is cut off: its header promises " + announced + " samples, it has "
                    + framesRead + ". Was it still being written? A file component waits for that with readLock=changed.",
                    false);
        }
    }
}
