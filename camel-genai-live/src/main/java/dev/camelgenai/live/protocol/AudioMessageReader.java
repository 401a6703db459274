package dev.camelgenai.live.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Reads a message that is one piece of the model's audio and nothing else, as nearly all messages are while the model speaks:
 * {@code serverContent.modelTurn} with one part, which is {@code inlineData} with {@code mimeType} and {@code data}, and perhaps the
 * role. Needs no JSON parser and decodes the audio on the way. Whatever differs in anything but white space, and be it correct, is left
 * to {@link ServerMessageScanner}. One reader per message.
 */
final class AudioMessageReader {

    private static final Base64.Decoder DECODER = Base64.getDecoder();
    private static final byte[] SERVER_CONTENT = ascii("\"serverContent\"");
    private static final byte[] MODEL_TURN = ascii("\"modelTurn\"");
    private static final byte[] ROLE = ascii("\"role\"");
    private static final byte[] MODEL = ascii("\"model\"");
    private static final byte[] PARTS = ascii("\"parts\"");
    private static final byte[] INLINE_DATA = ascii("\"inlineData\"");
    private static final byte[] MIME_TYPE = ascii("\"mimeType\"");
    private static final byte[] DATA = ascii("\"data\"");
    private static final byte[] AUDIO = ascii("\"audio/");
    /** What the models speak. */
    private static final String USUAL_TYPE = "audio/pcm;rate=24000";
    private static final byte[] QUOTED_USUAL_TYPE = ascii('"' + USUAL_TYPE + '"');

    private final byte[] json;
    private final int end;
    private int at;
    private boolean role;

    /**
     * @param length how many bytes of the array are the message; it is only read, and not kept
     */
    AudioMessageReader(byte[] json, int length) {
        this.json = json;
        this.end = length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** @return {@code null} when it is another message, or may be one */
    ServerMessage read() {
        if (!(is('{') && is(SERVER_CONTENT) && is(':') && is('{') && is(MODEL_TURN) && is(':') && is('{'))) {
            return null;
        }
        boolean roleFirst = is(ROLE);
        if (roleFirst && !(role() && is(','))) {
            return null;
        }
        if (!(is(PARTS) && is(':') && is('[') && is('{') && is(INLINE_DATA) && is(':') && is('{') && is(MIME_TYPE)
                && is(':'))) {
            return null;
        }
        String mimeType = mimeType();
        if (mimeType == null || !(is(',') && is(DATA) && is(':') && is('"'))) {
            return null;
        }
        int from = at;
        int to = closingQuote(from);
        at = to + 1;
        if (to < from || !(is('}') && is('}') && is(']')) || !roleFirst && is(',') && !(is(ROLE) && role())) {
            return null;
        }
        if (!(is('}') && is('}') && is('}')) || next() != end) {
            return null;
        }
        byte[] pcm = decoded(from, to);
        return pcm == null ? null : ServerMessage.ofAudio(mimeType, pcm, role, end);
    }

    private int next() {
        while (at < end && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }

    private boolean is(char token) {
        if (next() < end && json[at] == token) {
            at++;
            return true;
        }
        return false;
    }

    private boolean is(byte[] token) {
        if (startsWith(token)) {
            at += token.length;
            return true;
        }
        return false;
    }

    private boolean startsWith(byte[] token) {
        int begin = next();
        if (end - begin < token.length) {
            return false;
        }
        for (int i = 0; i < token.length; i++) {
            if (json[begin + i] != token[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean role() {
        role = is(':') && is(MODEL);
        return role;
    }

    private String mimeType() {
        if (is(QUOTED_USUAL_TYPE)) {
            return USUAL_TYPE;
        }
        if (!startsWith(AUDIO)) {
            return null;
        }
        int from = ++at;
        while (at < end && json[at] != '"') {
            if (json[at] < ' ' || json[at] == '\\') {
                // an escape, or not ASCII, or not JSON
                return null;
            }
            at++;
        }
        return at == end ? null : new String(json, from, at++ - from, StandardCharsets.US_ASCII);
    }

    /**
     * Looks for it from the end, because the audio is long and what follows is not: quotes and escapes within are no base64, so that
     * decoding finds them.
     *
     * @return something less than {@code from} where there is none
     */
    private int closingQuote(int from) {
        int quote = quoteBefore(end, from);
        int begin = quote - MODEL.length + 1;
        boolean roleLast = begin > from && json[begin] == '"' && json[quote - 1] == 'l';
        // the quotes of the role and its value come after it then
        for (int i = 0; roleLast && i < 4; i++) {
            quote = quoteBefore(quote, from);
        }
        return quote;
    }

    private int quoteBefore(int index, int from) {
        int quote = index - 1;
        while (quote >= from && json[quote] != '"') {
            quote--;
        }
        return quote;
    }

    /** @return {@code null} when it is no base64 */
    private byte[] decoded(int from, int to) {
        try {
            ByteBuffer decoded = DECODER.decode(ByteBuffer.wrap(json, from, to - from));
            // sized for the text given, so that there is nothing to cut off
            return decoded.remaining() == decoded.array().length ? decoded.array() : null;
        } catch (IllegalArgumentException e) {
            // the scanner says where
            return null;
        }
    }
}
