package dev.camelgenai.emulator.internal.cassette;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.camelgenai.emulator.internal.protocol.SecretHeaders;

/** The names in a cassette, and how its lines are written. Stateless. */
final class CassetteFormat {

    static final String FORMAT = "format";
    static final String FORMAT_NAME = "camel-genai-live-cassette";
    static final String VERSION = "version";
    static final int CURRENT_VERSION = 1;
    static final String IGNORE = "ignore";

    static final String EVENT = "event";
    static final String SESSION = "session";
    static final String MILLIS = "millis";
    static final String PATH = "path";
    static final String SERVICE = "service";
    static final String CODE = "code";
    static final String REASON = "reason";
    static final String BY = "by";
    static final String MESSAGE = "message";
    static final String TEXT = "text";
    static final String BASE64 = "base64";

    static final String OPEN = "open";
    static final String CLIENT = "client";
    static final String SERVER = "server";
    static final String CLIENT_CLOSE = "clientClose";
    static final String SERVER_CLOSE = "serverClose";
    static final String LOST = "lost";

    private static final int MAX_STRING = 64 * 1024 * 1024;
    /** A message may be as deep as Jackson takes it; a line goes deeper by one. */
    private static final int MAX_LINE_DEPTH = StreamReadConstraints.DEFAULT_MAX_DEPTH + 1;

    /** For messages. */
    private static final JsonFactory MESSAGES = factory(StreamReadConstraints.DEFAULT_MAX_DEPTH);
    /** For lines. */
    static final ObjectMapper LINES = new ObjectMapper(factory(MAX_LINE_DEPTH));

    private CassetteFormat() {
    }

    /** Writes the first line. */
    static void writeHeader(OutputStream out) throws IOException {
        try (JsonGenerator line = line(out)) {
            line.writeStringField(FORMAT, FORMAT_NAME);
            line.writeNumberField(VERSION, CURRENT_VERSION);
        }
        out.write('\n');
    }

    /** Writes one line. */
    static void write(CassetteEvent event, OutputStream out) throws IOException {
        try (JsonGenerator line = line(out)) {
            line.writeStringField(EVENT, name(event));
            line.writeNumberField(SESSION, event.session());
            line.writeNumberField(MILLIS, event.millis());
            if (event instanceof CassetteEvent.Opened opened) {
                line.writeStringField(PATH, opened.path());
                line.writeStringField(SERVICE, opened.service().name());
            } else if (event instanceof CassetteEvent.Message message) {
                writePayload(message, line);
            } else if (event instanceof CassetteEvent.Closed closed) {
                line.writeNumberField(CODE, closed.code());
                line.writeStringField(REASON, closed.reason());
            } else if (event instanceof CassetteEvent.Lost lost) {
                line.writeStringField(BY, lost.by().name().toLowerCase(Locale.ROOT));
            }
        }
        out.write('\n');
    }

    private static String name(CassetteEvent event) {
        if (event instanceof CassetteEvent.Message message) {
            return message.from() == CassetteEvent.Side.CLIENT ? CLIENT : SERVER;
        }
        if (event instanceof CassetteEvent.Closed closed) {
            return closed.by() == CassetteEvent.Side.CLIENT ? CLIENT_CLOSE : SERVER_CLOSE;
        }
        return event instanceof CassetteEvent.Opened ? OPEN : LOST;
    }

    private static void writePayload(CassetteEvent.Message message, JsonGenerator line) throws IOException {
        byte[] payload = message.payload().getBytes();
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
        } catch (CharacterCodingException e) {
            line.writeBinaryField(BASE64, payload);
            return;
        }
        if (!isObject(text)) {
            line.writeStringField(TEXT, text);
            return;
        }
        line.writeFieldName(MESSAGE);
        if (message.from() == CassetteEvent.Side.CLIENT && SecretHeaders.mayBeIn(text)) {
            line.writeRawValue(LINES.writeValueAsString(SecretHeaders.masked(LINES.readTree(text))));
        } else {
            // in valid JSON line breaks are between tokens only
            line.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
        }
    }

    private static boolean isObject(String text) throws IOException {
        try (JsonParser parser = MESSAGES.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static JsonGenerator line(OutputStream out) throws IOException {
        JsonGenerator line = LINES.getFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        line.writeStartObject();
        return line;
    }

    private static JsonFactory factory(int depth) {
        return JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_STRING)
                .maxNestingDepth(depth).build()).build();
    }
}
