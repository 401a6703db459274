package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import com.google.genai.types.Blob;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.media.Wav;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;

/**
 * The media in a body that is read as a stream, because it may be long or has to be converted.
 *
 * @param source   opens it; may block
 * @param declared what it is said to be, or {@code null}
 * @param body     where it comes from
 */
record MediaBody(Source source, MediaType declared, Object body) {

    @FunctionalInterface
    interface Source {

        InputStream open() throws IOException;
    }

    /**
     * The media of a body; empty when the body is something else, or no more than a piece of what is recorded.
     *
     * @param  declared           what it is {@link #declared} as
     * @param  otherwise          what bytes are of which nothing is said
     */
    static Optional<MediaBody> of(Object body, MediaType declared, MediaType otherwise) {
        byte[] bytes = bytes(body);
        if (bytes != null) {
            return wav(bytes, declared, otherwise);
        }
        if (body instanceof Blob blob) {
            MediaType type = blob.mimeType().map(MediaType::parse).orElse(declared);
            return wav(blob.data().orElse(null), type, otherwise);
        }
        return isStream(body) ? Optional.of(new MediaBody(() -> open(body), declared, body)) : Optional.empty();
    }

    /**
     * What the header says; {@code null} when there is none.
     *
     * @throws LiveInputException when that is something that cannot be
     */
    static MediaType declared(Message message) {
        String header = message.getHeader(GenAiLiveConstants.MIME_TYPE, String.class);
        return header == null || header.isBlank() ? null : MediaType.parse(header);
    }

    /** Whether a body is one that has to be read. */
    static boolean isStream(Object body) {
        return body instanceof InputStream || body instanceof File || body instanceof Path || body instanceof WrappedFile<?>;
    }

    /** @return {@code null} when the body has no bytes at hand */
    static byte[] bytes(Object body) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return null;
    }

    /** It will not be read: what somebody else has opened is closed. */
    void discard() throws IOException {
        if (body instanceof InputStream stream) {
            stream.close();
        }
    }

    private static Optional<MediaBody> wav(byte[] bytes, MediaType declared, MediaType otherwise) {
        if (bytes == null) {
            return Optional.empty();
        }
        boolean wav = declared != null
                ? declared.kind() == MediaType.Kind.WAV
                : Wav.isWav(bytes) || otherwise.kind() == MediaType.Kind.WAV;
        return wav ? Optional.of(new MediaBody(() -> new ByteArrayInputStream(bytes), declared, bytes)) : Optional.empty();
    }

    private static InputStream open(Object body) throws IOException {
        if (body instanceof InputStream stream) {
            return stream;
        }
        if (body instanceof Path path) {
            return Files.newInputStream(path);
        }
        if (body instanceof File file) {
            return Files.newInputStream(file.toPath());
        }
        WrappedFile<?> wrapped = (WrappedFile<?>) body;
        if (wrapped.getFile() instanceof File || wrapped.getFile() instanceof Path) {
            return open(wrapped.getFile());
        }
        // a file from elsewhere, which its component has loaded, or opened with streamDownload=true
        Object content = wrapped.getBody();
        byte[] bytes = bytes(content);
        if (bytes != null) {
            return new ByteArrayInputStream(bytes);
        }
        if (isStream(content) && !(content instanceof WrappedFile<?>)) {
            return open(content);
        }
        throw new LiveInputException("The content of the file in the body is not at hand: it is "
                + (content == null ? "null" : content.getClass().getName()) + ". Convert the body, for instance with"
                + " convertBodyTo with the type java.io.InputStream.", false);
    }
}
