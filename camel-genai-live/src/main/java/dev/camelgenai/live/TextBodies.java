package dev.camelgenai.live;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExchangeHelper;

/** Reads bodies that are text, or bytes that stand for text, and tells whether bytes do. */
final class TextBodies {

    /** As much as one message may have on the wire. */
    private static final int MAX_BYTES = 16 * 1024 * 1024;

    private TextBodies() {
    }

    /** Whether bytes are to be taken for text, when nothing says what is to be done with them. */
    static boolean isDeclaredText(Message message) {
        Object body = message.getBody();
        String mimeType = message.getHeader(GenAiLiveConstants.MIME_TYPE, String.class);
        if (mimeType != null) {
            return isBytes(body) && isTextual(mimeType);
        }
        // A Content-Type is left over from something else more often than not. That of a stream is its own: HTTP sets both.
        if (body instanceof byte[] || !(body instanceof InputStream) && !(body instanceof StreamCache)) {
            return false;
        }
        String contentType = message.getHeader(Exchange.CONTENT_TYPE, String.class);
        return contentType != null && isTextual(contentType);
    }

    /** Whether the header that only a route sets says that the text is JSON, and to be read as such. */
    static boolean isDeclaredJson(Message message) {
        String mimeType = message.getHeader(GenAiLiveConstants.MIME_TYPE, String.class);
        return mimeType != null && isJson(plain(mimeType));
    }

    private static boolean isTextual(String mimeType) {
        String plain = plain(mimeType);
        return plain.startsWith("text/") || isJson(plain) || plain.equals("application/xml") || plain.endsWith("+xml")
                || plain.equals("application/x-www-form-urlencoded");
    }

    private static boolean isJson(String plain) {
        return plain.equals("application/json") || plain.endsWith("+json");
    }

    private static String plain(String mimeType) {
        int end = mimeType.indexOf(';');
        return (end < 0 ? mimeType : mimeType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isBytes(Object body) {
        return body instanceof byte[] || body instanceof ByteBuffer || body instanceof InputStream
                || body instanceof StreamCache || body instanceof WrappedFile || body instanceof File;
    }

    /**
     * The text of a body; bytes are read in the charset of the exchange, UTF-8 if it has none. Empty when the body is neither
     * text nor bytes.
     *
     * @throws LiveInputException when the bytes are no text, or too many
     */
    static Optional<String> read(Message message) {
        Object body = message.getBody();
        if (body instanceof CharSequence text) {
            return Optional.of(text.toString());
        }
        if (body instanceof Reader) {
            return Optional.ofNullable(message.getBody(String.class));
        }
        return isBytes(body) ? Optional.of(decode(message)) : Optional.empty();
    }

    private static String decode(Message message) {
        String name = ExchangeHelper.getCharsetName(message.getExchange(), false);
        Charset charset = name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes(message))).toString();
        } catch (CharacterCodingException e) {
            throw new LiveInputException("The body is to be sent as text, but its bytes are no text in " + charset
                    + ". Send audio and images with operation=sendRealtimeInput, or set the exchange's charset.", false, e);
        }
    }

    private static byte[] bytes(Message message) {
        if (message.getBody() instanceof byte[] bytes) {
            return bytes;
        }
        try (InputStream in = message.getBody(InputStream.class)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new LiveInputException("The body is to be sent as text, but has more than " + MAX_BYTES
                        + " bytes; split it", false);
            }
            return bytes;
        } catch (IOException e) {
            throw new LiveInputException("The body could not be read: " + e.getMessage(), true, e);
        }
    }
}
