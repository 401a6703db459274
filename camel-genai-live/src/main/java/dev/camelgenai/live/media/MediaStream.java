package dev.camelgenai.live.media;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.MediaType.Kind;

/**
 * A stream of sound or a picture, recognised by its content where nothing is declared. Blocks while the stream does; confined
 * to one thread at a time.
 */
public final class MediaStream implements Closeable {

    /** More than the headers of WAV files, with what some programs put before the sound. */
    private static final int BUFFER = 64 * 1024;
    private static final int BEGIN = 1_024;

    private final InputStream stream;
    private final MediaType type;

    private MediaStream(InputStream stream, MediaType type) {
        this.stream = stream;
        this.type = type;
    }

    /**
     * Looks at the begin of a stream. The stream is closed with the result, or by this call when it fails.
     *
     * @param  declared           what it is said to be; {@code null} leaves that to the content
     * @param  otherwise          what it is when neither is known
     * @throws LiveInputException when its content contradicts what is declared
     */
    public static MediaStream open(InputStream stream, MediaType declared, MediaType otherwise) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(stream, BUFFER);
        try {
            buffered.mark(BEGIN);
            byte[] begin = buffered.readNBytes(BEGIN);
            buffered.reset();
            return new MediaStream(buffered, declared != null ? declared : recognise(begin, otherwise)).checked(begin);
        } catch (IOException | RuntimeException e) {
            try {
                stream.close();
            } catch (IOException onClose) {
                e.addSuppressed(onClose);
            }
            throw e;
        }
    }

    /** What some content is, going by how it begins. */
    public static MediaType recognise(byte[] content, MediaType otherwise) {
        if (Wav.isWav(content)) {
            return MediaType.parse(Wav.MIME_TYPE);
        }
        return ImageFormat.of(content).map(format -> MediaType.parse(format.mimeType())).orElse(otherwise);
    }

    private MediaStream checked(byte[] begin) {
        if (begin.length == 0) {
            throw new LiveInputException("The input is empty", false);
        }
        if (type.kind() == Kind.WAV && !Wav.isWav(begin)) {
            throw new LiveInputException("The input is declared as " + type + " but is no WAV file (it does not begin with"
                    + " RIFF and WAVE). Correct the header CamelGenAiLiveMimeType or the option audioMimeType, for instance to"
                    + " audio/pcm;rate=16000 for samples without a header.", false);
        }
        return this;
    }

    public boolean isImage() {
        return type.kind() == Kind.IMAGE;
    }

    /** What it is declared to be, or was recognised as. */
    public MediaType type() {
        return type;
    }

    /**
     * The whole picture.
     *
     * @param  maxBytes           that it may have
     * @throws LiveInputException when it is larger
     */
    public byte[] image(int maxBytes) throws IOException {
        byte[] image = stream.readNBytes(maxBytes);
        if (stream.read() >= 0) {
            throw new LiveInputException("The picture has more than " + maxBytes + " bytes, which is more than the outbox of"
                    + " a session takes (outboxMaxBytes). Send a smaller one.", false);
        }
        return image;
    }

    /**
     * The sound in pieces.
     *
     * @param  chunkMillis        how long each is
     * @throws LiveInputException when it is not of a format that is read
     */
    public SpeechReader speech(int chunkMillis) throws IOException {
        return SpeechReader.of(stream, type, chunkMillis);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
