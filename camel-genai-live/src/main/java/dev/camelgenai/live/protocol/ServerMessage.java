package dev.camelgenai.live.protocol;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.LiveServerSetupComplete;
import com.google.genai.types.Part;
import dev.camelgenai.live.error.GenAiLiveException;

/**
 * A message of the service. What it brings is known; Google's type for it is built only where somebody wants it, and media
 * are decoded only then as well. Immutable and thread-safe.
 */
public final class ServerMessage {

    private static final AtomicReferenceFieldUpdater<ServerMessage, LiveServerMessage> MESSAGE = AtomicReferenceFieldUpdater
            .newUpdater(ServerMessage.class, LiveServerMessage.class, "message");
    private static final ServerMessageDecoder DECODER = new ServerMessageDecoder();
    private static final Set<ServerEvent.Kind> AUDIO = EnumSet.of(ServerEvent.Kind.audio);
    private static final ServerMessage NOTHING = of(LiveServerMessage.builder().build());

    /** {@code null} for audio that was decoded while it was read. */
    private final byte[] json;
    private final int size;
    /** Who speaks, where the message says so and its JSON is not kept. */
    private final boolean role;
    private final List<ServerEvent> events;
    /** Asked for a dozen times for each message. */
    private final Set<ServerEvent.Kind> kinds;
    private final boolean modelTurn;
    private final boolean interimTranscript;
    private final boolean onlyAudio;
    private volatile LiveServerMessage message;

    /**
     * @param json              not copied
     * @param events            in the order of their kinds
     * @param modelTurn         whether it has content of the model, of whatever kind
     * @param interimTranscript whether it has a guess at what the user is saying
     * @param onlyAudio         whether it has audio of the model and nothing else
     */
    ServerMessage(byte[] json, List<ServerEvent> events, boolean modelTurn, boolean interimTranscript, boolean onlyAudio) {
        this.json = json;
        this.size = json.length;
        this.role = false;
        this.events = List.copyOf(events);
        this.kinds = EnumSet.noneOf(ServerEvent.Kind.class);
        this.events.forEach(event -> kinds.add(event.kind()));
        this.modelTurn = modelTurn;
        this.interimTranscript = interimTranscript;
        this.onlyAudio = onlyAudio;
    }

    private ServerMessage(ServerEvent.Audio audio, boolean role, int size) {
        this.json = null;
        this.size = size;
        this.role = role;
        this.events = List.of(audio);
        this.kinds = AUDIO;
        this.modelTurn = true;
        this.interimTranscript = false;
        this.onlyAudio = true;
    }

    /**
     * A message with a piece of the model's audio and nothing else.
     *
     * @param audio not copied
     * @param role  whether it says that the model speaks
     * @param size  on the wire
     */
    static ServerMessage ofAudio(String mimeType, byte[] audio, boolean role, int size) {
        return new ServerMessage(new ServerEvent.Audio(mimeType, new DecodedData(audio)), role, size);
    }

    /** A message that did not come over the wire. */
    public static ServerMessage of(LiveServerMessage message) {
        try {
            ServerMessage read = DECODER.read(LiveJson.mapper().writeValueAsBytes(message));
            read.message = message;
            return read;
        } catch (JsonProcessingException e) {
            throw new GenAiLiveException("The message cannot be expressed as JSON", false, e);
        }
    }

    /** A message that brings nothing. */
    public static ServerMessage nothing() {
        return NOTHING;
    }

    /** What it brings, in the order of {@link ServerEvent.Kind}; parts of the model's turn in their own order. */
    public List<ServerEvent> events() {
        return events;
    }

    /**
     * All of it, as Google's type; built with the first call.
     *
     * @throws GenAiLiveException when a field that is no event has the wrong type
     */
    public LiveServerMessage message() {
        LiveServerMessage known = message;
        if (known == null) {
            LiveServerMessage built = json == null ? ofAudio(MediaData::decode) : DECODER.decode(json);
            // routes that get it at the same time get the same object
            known = MESSAGE.compareAndSet(this, null, built) ? built : message;
        }
        return known;
    }

    /**
     * As {@link #message()}, but perhaps with the bytes of its {@link #events()}: for whoever is the only one to have it. Not to be
     * called at the same time as that.
     */
    public LiveServerMessage take() {
        LiveServerMessage known = message;
        if (known == null) {
            known = json == null ? ofAudio(MediaData::take) : DECODER.decode(json);
            // nobody else looks at it now, so that no fence is needed
            MESSAGE.lazySet(this, known);
        }
        return known;
    }

    private LiveServerMessage ofAudio(Function<MediaData, byte[]> bytes) {
        ServerEvent.Audio audio = (ServerEvent.Audio) events.get(0);
        Content.Builder turn = Content.builder().parts(List.of(Part.builder()
                .inlineData(Blob.builder().mimeType(audio.mimeType()).data(bytes.apply(audio.data())).build()).build()));
        if (role) {
            turn.role("model");
        }
        return LiveServerMessage.builder()
                .serverContent(LiveServerContent.builder().modelTurn(turn.build()).build()).build();
    }

    /** Whether somebody wanted {@link #message()}. */
    boolean isBuilt() {
        return message != null;
    }

    /** Bytes on the wire. */
    public int size() {
        return size;
    }

    public boolean has(ServerEvent.Kind kind) {
        return kinds.contains(kind);
    }

    /** Whether it brings content of the model. */
    public boolean hasModelTurn() {
        return modelTurn;
    }

    public boolean hasTranscript() {
        return interimTranscript || has(ServerEvent.Kind.inputTranscript) || has(ServerEvent.Kind.outputTranscript);
    }

    public boolean isInterrupted() {
        return has(ServerEvent.Kind.interrupted);
    }

    public boolean isGenerationComplete() {
        return has(ServerEvent.Kind.generationComplete);
    }

    public boolean isTurnComplete() {
        return has(ServerEvent.Kind.turnComplete);
    }

    /** Whether the model has nothing more to say before it is asked again ({@code protocol} 3, rule 7). */
    public boolean endsTurn() {
        return isTurnComplete()
                && events.stream().anyMatch(event -> event instanceof ServerEvent.TurnComplete end && !end.workLeft());
    }

    public List<FunctionCall> toolCalls() {
        return all(ServerEvent.Kind.toolCall, ServerEvent.ToolCall.class, ServerEvent.ToolCall::call);
    }

    public List<String> cancelledCalls() {
        return all(ServerEvent.Kind.toolCallCancellation, ServerEvent.ToolCallCancellation.class,
                ServerEvent.ToolCallCancellation::id);
    }

    public Optional<LiveServerSetupComplete> setupComplete() {
        return first(ServerEvent.Kind.setupComplete, ServerEvent.SetupComplete.class, ServerEvent.SetupComplete::content);
    }

    public Optional<LiveServerSessionResumptionUpdate> resumptionUpdate() {
        return first(ServerEvent.Kind.resumptionUpdate, ServerEvent.ResumptionUpdate.class,
                ServerEvent.ResumptionUpdate::content);
    }

    public Optional<ServerEvent.GoAway> goAway() {
        return first(ServerEvent.Kind.goAway, ServerEvent.GoAway.class, Function.identity());
    }

    private <E extends ServerEvent, T> Optional<T> first(ServerEvent.Kind kind, Class<E> type, Function<E, T> content) {
        return has(kind) ? Optional.of(all(kind, type, content).get(0)) : Optional.empty();
    }

    private <E extends ServerEvent, T> List<T> all(ServerEvent.Kind kind, Class<E> type, Function<E, T> content) {
        return has(kind) ? events.stream().filter(type::isInstance).map(type::cast).map(content).toList() : List.of();
    }

    /** @return the message itself when it has no audio, its other fields when it has, nothing when it is audio only */
    public Optional<ServerMessage> withoutAudio() {
        if (!has(ServerEvent.Kind.audio)) {
            return Optional.of(this);
        }
        return onlyAudio ? Optional.empty() : ModelAudio.removedFrom(message()).map(ServerMessage::of);
    }

    /** Whether nothing is left of it without its audio. */
    public boolean isOnlyAudio() {
        return onlyAudio;
    }

    /** Tells what kinds of events there are, and nothing of what was said. */
    @Override
    public String toString() {
        return "ServerMessage" + events.stream().map(ServerEvent::kind).toList();
    }
}
