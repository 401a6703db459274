package dev.camelgenai.emulator.internal.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.internal.audio.AudioEvent;
import dev.camelgenai.emulator.internal.audio.AudioInput;
import dev.camelgenai.emulator.internal.audio.Pcm;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.protocol.Tokens;
import dev.camelgenai.emulator.scenario.UserTurn;

/**
 * What the client says after its setup: makes turns of it for the {@link TurnEngine}, and knows which of its messages a
 * resumption handle stands for. Used on the event loop of the session only.
 */
final class ClientInput {

    private static final int MAX_TURN_CHARACTERS = 16 * 1024 * 1024;
    private static final int DEFAULT_INPUT_RATE = 16_000;
    private static final Pattern AUDIO_MIME_TYPE = Pattern.compile("(?i)audio/(?:pcm|l16)(?:\\s*;\\s*rate\\s*=\\s*(\\d{4,6}))?"
            + "(?:\\s*;.*)?");
    private static final Set<String> IMAGE_TYPES = Set.of("image/jpeg", "image/png", "image/webp");

    private final LiveSession session;
    private final SessionRegistry registry;
    private final Setup setup;
    private final ConversationMemory memory;
    private final TurnEngine engine;
    private final AudioInput audio;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private boolean historyOpen;
    private int frames;

    ClientInput(LiveSession session, SessionRegistry registry, Setup setup, ConversationMemory memory, TurnEngine engine) {
        this.session = session;
        this.registry = registry;
        this.setup = setup;
        this.memory = memory;
        this.engine = engine;
        this.audio = new AudioInput(setup.detection());
        this.historyOpen = setup.historyFirst();
    }

    /** Goes on with a conversation that another session had. */
    void restore(Resumptions.State state) {
        memory.restore(state.conversation());
        frames = state.frames();
        historyOpen &= state.historyOpen();
    }

    /** What a handle that is given out now stands for. */
    Resumptions.State state() {
        return new Resumptions.State(memory.save(), frames, historyOpen);
    }

    /** Whether the user is silent. */
    boolean isQuiet() {
        return !audio.speaking();
    }

    /** Whether a transparent session has messages to acknowledge. */
    boolean isAcknowledgementDue() {
        return acknowledgements.isDue();
    }

    /** The number of the last message that {@link #state} contains. */
    long acknowledge() {
        return acknowledgements.acknowledge();
    }

    /**
     * Takes a message.
     *
     * @param kind   its only field
     * @param value  of that field, validated
     * @param number of the message in its session
     */
    void take(String kind, JsonNode value, long number) throws ProtocolViolation {
        switch (kind) {
            case "clientContent" -> onClientContent(value, number);
            case "realtimeInput" -> {
                engine.listen();
                onRealtimeInput(value, number);
                engine.heardOut();
            }
            case "toolResponse" -> onToolResponse(value, number);
            case "contextUpdate" -> onContextUpdate(value, number);
            default -> throw ProtocolViolation.invalidArgument("a second setup");
        }
    }

    private void onClientContent(JsonNode content, long number) throws ProtocolViolation {
        engine.interrupt();
        // not before: what the interruption tells about resumption is still without this message
        acknowledgements.taken(number);
        for (JsonNode turn : content.path("turns")) {
            String role = turn.path("role").asText("user");
            String said = Setup.textOf(turn);
            switch (role) {
                case "", "user" -> append(said);
                case "model" -> memory.modelWrote(said);
                default -> throw ProtocolViolation.invalidArgument("a turn has the role user or model, not " + role);
            }
        }
        if (!content.path("turnComplete").asBoolean(false)) {
            return;
        }
        if (historyOpen) {
            historyOpen = false;
            memory.keepAsHistory();
            session.tellResumability();
        } else {
            answerText();
        }
    }

    private void onRealtimeInput(JsonNode input, long number) throws ProtocolViolation {
        acknowledgements.taken(number);
        if (input.has("activityStart")) {
            requireManual("activityStart");
            onAudioEvents(audio.activityStart());
        }
        if (input.has("audio")) {
            onAudio(input.get("audio"));
        }
        for (JsonNode chunk : input.path("mediaChunks")) {
            if (chunk.path("mimeType").asText("").startsWith("image/")) {
                onImage(chunk);
            } else {
                onAudio(chunk);
            }
        }
        if (input.has("video")) {
            onImage(input.get("video"));
        }
        if (input.has("text")) {
            append(input.get("text").textValue());
            answerText();
        }
        if (input.has("activityEnd")) {
            requireManual("activityEnd");
            if (!audio.speaking()) {
                throw ProtocolViolation.invalidArgument("activityEnd without activityStart");
            }
            onAudioEvents(audio.activityEnd());
        }
        if (input.path("audioStreamEnd").asBoolean(false)) {
            if (setup.detection().manual()) {
                throw ProtocolViolation.invalidArgument("audioStreamEnd needs automatic activity detection");
            }
            onAudioEvents(audio.streamEnd());
        }
    }

    private void requireManual(String field) throws ProtocolViolation {
        if (!setup.detection().manual()) {
            throw ProtocolViolation.invalidArgument(field + " needs automaticActivityDetection.disabled in the setup");
        }
    }

    private void onAudio(JsonNode blob) throws ProtocolViolation {
        String mimeType = blob.path("mimeType").asText("");
        Matcher matcher = AUDIO_MIME_TYPE.matcher(mimeType);
        if (!matcher.matches()) {
            throw ProtocolViolation.invalidArgument("audio is audio/pcm;rate=N, not '" + mimeType + "'");
        }
        int rate = matcher.group(1) == null ? DEFAULT_INPUT_RATE : Integer.parseInt(matcher.group(1));
        if (rate < Pcm.MIN_RATE || rate > Pcm.MAX_RATE) {
            throw ProtocolViolation.invalidArgument("a sample rate of " + rate);
        }
        byte[] pcm = decode(blob.path("data").asText(""));
        registry.heard(pcm.length);
        List<AudioEvent> events = audio.accept(pcm, rate);
        if (events.isEmpty() && !audio.speaking()) {
            acknowledgements.heard(audio.heardMillis(), audio.keptMillis());
        }
        onAudioEvents(events);
        if (audio.isFull()) {
            throw ProtocolViolation.invalidArgument("a turn of more than " + AudioInput.MAX_TURN_MILLIS / 60_000 + " minutes");
        }
    }

    private void onAudioEvents(List<AudioEvent> events) {
        for (AudioEvent event : events) {
            if (!session.isActive()) {
                return;
            }
            if (event instanceof AudioEvent.ActivityStarted started) {
                onActivityStarted(started.offset());
            } else if (event instanceof AudioEvent.ActivityEnded ended) {
                onActivityEnded(ended.offset(), ended.turn());
            }
        }
    }

    private void onActivityStarted(Duration offset) {
        session.record().onActivityStart(offset);
        if (setup.explicitVad()) {
            session.send(ServerMessages.voiceActivity(true, offset, session.manners().fractionalDurations()));
        }
        engine.userSpeaks();
        session.tellResumability();
    }

    private void onActivityEnded(Duration offset, byte[] pcm) {
        session.record().onActivityEnd(offset);
        if (setup.explicitVad()) {
            session.send(ServerMessages.voiceActivity(false, offset, session.manners().fractionalDurations()));
        }
        engine.userSpoke();
        if (pcm.length == 0) {
            session.tellResumability();
            return;
        }
        // written and not sent off: she goes on aloud
        memory.keepAsHistory();
        UserTurn.Audio turn = new UserTurn.Audio(pcm);
        engine.userTurn(turn, Tokens.ofAudio(pcm.length).plus(takeFrames()), Optional.of(turn.transcript()));
    }

    private void onImage(JsonNode blob) throws ProtocolViolation {
        if (!IMAGE_TYPES.contains(blob.path("mimeType").asText(""))) {
            throw ProtocolViolation.invalidArgument("video is image/jpeg, image/png or image/webp, frame by frame");
        }
        decode(blob.path("data").asText(""));
        session.record().onVideoFrame();
        registry.seen();
        if (setup.allVideo() || audio.speaking()) {
            frames++;
        }
    }

    private Tokens takeFrames() {
        Tokens tokens = Tokens.ofFrames(frames);
        frames = 0;
        return tokens;
    }

    private static byte[] decode(String base64) throws ProtocolViolation {
        try {
            // proto-JSON takes both alphabets
            String standard = base64.indexOf('-') < 0 && base64.indexOf('_') < 0
                    ? base64
                    : base64.replace('-', '+').replace('_', '/');
            return Base64.getDecoder().decode(standard.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw ProtocolViolation.invalidArgument("data is not base64: " + e.getMessage());
        }
    }

    private void onToolResponse(JsonNode toolResponse, long number) throws ProtocolViolation {
        acknowledgements.taken(number);
        for (JsonNode response : toolResponse.path("functionResponses")) {
            engine.toolResponse(response, session.service() == EmulatedService.DEVELOPER_API);
        }
    }

    private void onContextUpdate(JsonNode update, long number) {
        acknowledgements.taken(number);
        memory.update(update.has("systemInstruction")
                ? Optional.of(Setup.textOf(update.get("systemInstruction")))
                : Optional.empty(),
                update.has("tools")
                        ? Optional.of(Setup.functions(update.get("tools").path("tools")))
                        : Optional.empty());
    }

    private void append(String said) throws ProtocolViolation {
        if (memory.unansweredLength() + said.length() > MAX_TURN_CHARACTERS) {
            throw ProtocolViolation.invalidArgument("a turn of more than " + MAX_TURN_CHARACTERS + " characters");
        }
        memory.written(said);
    }

    private void answerText() {
        String said = memory.takeWritten();
        engine.userTurn(new UserTurn.Text(said), Tokens.ofText(said.length()).plus(takeFrames()), Optional.empty());
    }
}
