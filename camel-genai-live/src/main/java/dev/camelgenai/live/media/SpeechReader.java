package dev.camelgenai.live.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

import dev.camelgenai.live.error.LiveInputException;

/**
 * Cuts a stream of sound into the chunks that realtime input is made of, in constant memory. What has a format of its own is
 * converted to the service's, 16 kHz; PCM that is declared as such stays as it is. Blocks while the stream does; confined to
 * one thread at a time.
 */
public final class SpeechReader {

    private static final int SAMPLE_BYTES = 2;

    private interface Chunks {

        /** @return empty at the end */
        byte[] next() throws IOException;
    }

    private final MediaType type;
    private final int chunkBytes;
    private final Chunks chunks;
    private long bytesRead;

    private SpeechReader(MediaType type, int chunkMillis, InputStream pcm, Samples samples) {
        this.type = type;
        this.chunkBytes = Math.max(1, (int) (type.rate() * (long) chunkMillis / 1_000)) * SAMPLE_BYTES;
        this.chunks = pcm != null ? () -> wholeSamples(pcm.readNBytes(chunkBytes)) : converted(samples, chunkBytes);
    }

    static SpeechReader of(InputStream stream, MediaType type, int chunkMillis) throws IOException {
        MediaType converted = MediaType.pcm(MediaType.NATIVE_RATE);
        return switch (type.kind()) {
            case PCM -> new SpeechReader(type, chunkMillis, stream, null);
            case WAV -> {
                WavSamples wav = new WavSamples(stream);
                yield new SpeechReader(converted, chunkMillis, null, Resampler.of(wav, wav.rate(), MediaType.NATIVE_RATE));
            }
            case MU_LAW, A_LAW -> new SpeechReader(converted, chunkMillis, null,
                    Resampler.of(new LawSamples(stream, type.kind()), type.rate(), MediaType.NATIVE_RATE));
            case IMAGE, OTHER -> throw new LiveInputException("A stream of the type " + type + " cannot be cut into pieces of"
                    + " sound. Read are audio/wav, audio/pcm;rate=16000, audio/PCMU (or audio/basic), audio/PCMA and image/*:"
                    + " convert the body, or say with the header CamelGenAiLiveMimeType or the option audioMimeType what it"
                    + " is.", false);
        };
    }

    /** What the chunks are: {@code audio/pcm;rate=N}. */
    public String mimeType() {
        return type.text();
    }

    /** How much sound has been read so far. */
    public long millisRead() {
        return bytesRead / SAMPLE_BYTES * 1_000 / type.rate();
    }

    /** How many samples a chunk has. */
    public static int samples(byte[] chunk) {
        return chunk.length / SAMPLE_BYTES;
    }

    /** How long so many samples sound. */
    public long nanos(long samples) {
        return Math.round(samples * 1e9 / type.rate());
    }

    /**
     * The next piece of 16-bit signed little-endian mono PCM, {@code chunkMillis} long or, at the end, shorter.
     *
     * @return                    {@code null} at the end
     * @throws IOException        when the stream fails
     * @throws LiveInputException when there is no sound at all, or it is cut off
     */
    public byte[] next() throws IOException {
        byte[] chunk = chunks.next();
        if (chunk.length > 0) {
            bytesRead += chunk.length;
            return chunk;
        }
        if (bytesRead == 0) {
            throw new LiveInputException("There is no sound in the input: it is empty", false);
        }
        return null;
    }

    private static byte[] wholeSamples(byte[] chunk) {
        if (chunk.length % SAMPLE_BYTES != 0) {
            throw new LiveInputException("The input ends with half a sample (an odd number of bytes). 16-bit PCM was expected:"
                    + " it is cut off, or of another type than the header CamelGenAiLiveMimeType or the option audioMimeType"
                    + " says.", false);
        }
        return chunk;
    }

    private static Chunks converted(Samples samples, int chunkBytes) {
        float[] block = new float[chunkBytes / SAMPLE_BYTES];
        return () -> {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream(chunkBytes);
            int read = samples.read(block);
            while (read > 0) {
                for (int i = 0; i < read; i++) {
                    short sample = PcmSamples.toShort(block[i]);
                    chunk.write(sample);
                    chunk.write(sample >> 8);
                }
                int missing = (chunkBytes - chunk.size()) / SAMPLE_BYTES;
                read = missing == 0 ? 0 : samples.read(missing == block.length ? block : new float[missing]);
            }
            return chunk.toByteArray();
        };
    }
}
