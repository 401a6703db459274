package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.genai.types.GroundingMetadata;
import com.google.genai.types.InteractionStatus;
import com.google.genai.types.LiveServerGoAway;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.LiveServerSetupComplete;
import com.google.genai.types.LiveServerToolCall;
import com.google.genai.types.LiveServerToolCallCancellation;
import com.google.genai.types.Transcription;
import com.google.genai.types.TurnCompleteReason;
import com.google.genai.types.UsageMetadata;
import com.google.genai.types.VoiceActivity;

/**
 * Goes once through the JSON of a message and finds what it brings. Text and media of the model, which are nearly all of the
 * traffic, are taken as they are; of the rest, Google's types are read. One scanner per message.
 */
final class ServerMessageScanner {

    /** Reads values in the middle of a message. */
    private static final ObjectReader READER = LiveJson.mapper().reader()
            .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Comparator<ServerEvent> ORDER = Comparator.comparing(ServerMessageScanner::rank);

    private final byte[] json;
    private final List<ServerEvent> events = new ArrayList<>(2);
    private boolean modelTurn;
    private boolean interimTranscript;
    private boolean onlyAudio = true;
    private boolean turnComplete;
    private boolean workLeft;
    private TurnCompleteReason reason;

    ServerMessageScanner(byte[] json) {
        this.json = json;
    }

    /** Parts of the model's turn keep their own order. */
    private static int rank(ServerEvent event) {
        return switch (event.kind()) {
            case thought, text, audio, video -> ServerEvent.Kind.thought.ordinal();
            default -> event.kind().ordinal();
        };
    }

    /**
     * @throws JsonProcessingException when it is no message; its text may quote the message
     */
    ServerMessage scan() throws IOException {
        try (JsonParser parser = LiveJson.mapper().getFactory().createParser(json)) {
            if (parser.nextToken() == null) {
                throw JsonMappingException.from(parser, "empty");
            }
            object(parser, "", this::topLevel);
            if (parser.nextToken() != null) {
                throw JsonMappingException.from(parser, "more than one value");
            }
        }
        if (turnComplete) {
            events.add(new ServerEvent.TurnComplete(reason, workLeft));
        }
        events.sort(ORDER);
        return new ServerMessage(json, events, modelTurn, interimTranscript, onlyAudio && !events.isEmpty());
    }

    /** Reads the value of a field; the parser is at its first token, and afterwards at its last. */
    private interface FieldReader {

        void read(JsonParser parser, String name) throws IOException;
    }

    private static void object(JsonParser parser, String name, FieldReader fields) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            JsonMappingException wrong = JsonMappingException.from(parser, "no object");
            if (!name.isEmpty()) {
                wrong.prependPath(ServerMessage.class, name);
            }
            throw wrong;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                // null means absent in proto-JSON
                continue;
            }
            try {
                fields.read(parser, field);
            } catch (JsonMappingException e) {
                if (!name.isEmpty()) {
                    e.prependPath(ServerMessage.class, name);
                }
                throw e;
            }
        }
    }

    private void topLevel(JsonParser parser, String field) throws IOException {
        onlyAudio &= field.equals("serverContent");
        switch (field) {
            case "serverContent" -> object(parser, field, this::serverContent);
            case "setupComplete" ->
                events.add(new ServerEvent.SetupComplete(read(parser, field, LiveServerSetupComplete.class)));
            case "toolCall" -> read(parser, field, LiveServerToolCall.class).functionCalls()
                    .ifPresent(calls -> calls.forEach(call -> events.add(new ServerEvent.ToolCall(call))));
            case "toolCallCancellation" -> read(parser, field, LiveServerToolCallCancellation.class).ids()
                    .ifPresent(ids -> ids.forEach(id -> events.add(new ServerEvent.ToolCallCancellation(id))));
            case "usageMetadata" -> events.add(new ServerEvent.Usage(read(parser, field, UsageMetadata.class)));
            case "goAway" -> events.add(new ServerEvent.GoAway(
                    read(parser, field, LiveServerGoAway.class).timeLeft().orElse(Duration.ZERO)));
            case "sessionResumptionUpdate" -> events
                    .add(new ServerEvent.ResumptionUpdate(read(parser, field, LiveServerSessionResumptionUpdate.class)));
            case "voiceActivity" -> events.add(new ServerEvent.VoiceHeard(read(parser, field, VoiceActivity.class)));
            default -> parser.skipChildren();
        }
    }

    private void serverContent(JsonParser parser, String field) throws IOException {
        onlyAudio &= field.equals("modelTurn");
        switch (field) {
            case "modelTurn" -> {
                modelTurn = true;
                object(parser, field, this::modelTurn);
            }
            case "inputTranscription" -> {
                Transcription fragment = read(parser, field, Transcription.class);
                events.add(new ServerEvent.InputTranscript(fragment.text().orElse(""), fragment.finished().orElse(false)));
            }
            case "outputTranscription" -> {
                Transcription fragment = read(parser, field, Transcription.class);
                events.add(new ServerEvent.OutputTranscript(fragment.text().orElse(""), fragment.finished().orElse(false)));
            }
            case "interimInputTranscription" -> {
                interimTranscript = true;
                parser.skipChildren();
            }
            case "groundingMetadata" -> events
                    .add(new ServerEvent.Grounding(read(parser, field, GroundingMetadata.class)));
            case "interrupted" -> {
                if (read(parser, field, Boolean.class)) {
                    events.add(new ServerEvent.Interrupted());
                }
            }
            case "generationComplete" -> {
                if (read(parser, field, Boolean.class)) {
                    events.add(new ServerEvent.GenerationComplete());
                }
            }
            case "turnComplete" -> turnComplete = read(parser, field, Boolean.class);
            case "turnCompleteReason" -> reason = read(parser, field, TurnCompleteReason.class);
            case "interactionStatus" -> workLeft = read(parser, field, InteractionStatus.class)
                    .knownEnum() == InteractionStatus.Known.IN_PROGRESS;
            default -> parser.skipChildren();
        }
    }

    private void modelTurn(JsonParser parser, String field) throws IOException {
        if (!field.equals("parts")) {
            onlyAudio &= field.equals("role");
            parser.skipChildren();
            return;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            JsonMappingException wrong = JsonMappingException.from(parser, "no array");
            wrong.prependPath(ServerMessage.class, field);
            throw wrong;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NULL) {
                Part part = new Part();
                object(parser, field, part::field);
                part.tell();
            }
        }
    }

    private static <T> T read(JsonParser parser, String field, Class<T> type) throws IOException {
        try {
            return READER.forType(type).readValue(parser);
        } catch (JsonMappingException e) {
            e.prependPath(ServerMessage.class, field);
            throw e;
        }
    }

    /** A part of the model's turn; its fields may come in any order. */
    private final class Part {

        private String text;
        private boolean thought;
        private String mimeType = "";
        private Base64Data data;

        private void field(JsonParser parser, String field) throws IOException {
            switch (field) {
                case "text" -> text = read(parser, field, String.class);
                case "thought" -> thought = read(parser, field, Boolean.class);
                case "inlineData" -> object(parser, field, this::blob);
                default -> {
                    onlyAudio = false;
                    parser.skipChildren();
                }
            }
        }

        private void blob(JsonParser parser, String field) throws IOException {
            switch (field) {
                case "mimeType" -> mimeType = read(parser, field, String.class);
                case "data" -> data = data(parser, field);
                default -> parser.skipChildren();
            }
        }

        private Base64Data data(JsonParser parser, String field) throws IOException {
            int quote = (int) parser.currentTokenLocation().getByteOffset();
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return invalid(parser, field);
            }
            int from = quote + 1;
            int to = closingQuote(from);
            // read now, but not kept: what follows has to find the parser behind it
            Base64Data found = json[to] == '"' ? new Base64Data(json, from, to) : unescaped(parser);
            return found.isValid() ? found : invalid(parser, field);
        }

        /** @return its index; or that of the first escape, which are rare and nothing but odd spellings of base64 */
        private int closingQuote(int from) {
            int at = from;
            while (at < json.length - 1 && json[at] != '"' && json[at] != '\\') {
                at++;
            }
            return at;
        }

        private Base64Data unescaped(JsonParser parser) throws IOException {
            byte[] text = parser.getText().getBytes(StandardCharsets.UTF_8);
            return new Base64Data(text, 0, text.length);
        }

        private Base64Data invalid(JsonParser parser, String field) throws IOException {
            JsonMappingException wrong = JsonMappingException.from(parser, "no base64");
            wrong.prependPath(ServerMessage.class, field);
            throw wrong;
        }

        private void tell() {
            onlyAudio &= text == null && data != null && mimeType.startsWith("audio/");
            if (text != null) {
                events.add(thought ? new ServerEvent.Thought(text) : new ServerEvent.Text(text));
            }
            if (data != null) {
                events.add(mimeType.startsWith("audio/")
                        ? new ServerEvent.Audio(mimeType, data)
                        : new ServerEvent.Video(mimeType, data));
            }
        }
    }
}
