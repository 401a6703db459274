package dev.camelgenai.live.session;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.GroundingMetadata;
import com.google.genai.types.TurnCompleteReason;
import com.google.genai.types.UsageMetadata;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/** Gathers the messages of one turn, within a bound. Confined to the tracker's lock. */
final class LiveTurnBuilder {

    final long id;
    final StringBuilder text = new StringBuilder();
    final ByteArrayOutputStream audio = new ByteArrayOutputStream();
    final StringBuilder inputTranscript = new StringBuilder();
    final StringBuilder outputTranscript = new StringBuilder();
    final List<FunctionCall> functionCalls = new ArrayList<>();
    String audioMimeType;
    UsageMetadata usage;
    GroundingMetadata grounding;
    TurnCompleteReason completeReason;
    boolean interrupted;

    private final long maxBytes;
    private long bytes;

    LiveTurnBuilder(long id, long maxBytes) {
        this.id = id;
        this.maxBytes = maxBytes;
    }

    /** Whether more came than fits; what came after that was not kept. */
    boolean isOverflown() {
        return bytes > maxBytes;
    }

    /** Whether the model has said nothing. */
    boolean isSilent() {
        return text.isEmpty() && outputTranscript.isEmpty() && audio.size() == 0;
    }

    void add(ServerMessage message) {
        for (ServerEvent event : message.events()) {
            add(event);
        }
    }

    private void add(ServerEvent event) {
        if (event instanceof ServerEvent.Audio piece) {
            add(piece);
        } else if (event instanceof ServerEvent.Text fragment) {
            append(text, fragment.text());
        } else if (event instanceof ServerEvent.InputTranscript fragment) {
            append(inputTranscript, fragment.text());
        } else if (event instanceof ServerEvent.OutputTranscript fragment) {
            append(outputTranscript, fragment.text());
        } else if (event instanceof ServerEvent.ToolCall call) {
            functionCalls.add(call.call());
        } else if (event instanceof ServerEvent.Usage tokens) {
            usage = tokens.content();
        } else if (event instanceof ServerEvent.Grounding sources) {
            grounding = sources.content();
        } else if (event instanceof ServerEvent.Interrupted) {
            interrupted = true;
        } else if (event instanceof ServerEvent.TurnComplete end && end.reason() != null) {
            completeReason = end.reason();
        }
    }

    private void add(ServerEvent.Audio piece) {
        bytes += piece.data().length();
        if (!isOverflown()) {
            audioMimeType = piece.mimeType();
            piece.data().writeTo(audio);
        }
    }

    private void append(StringBuilder target, String fragment) {
        bytes += fragment.length();
        if (!isOverflown()) {
            target.append(fragment);
        }
    }

    LiveTurn build() {
        return new LiveTurn(this);
    }
}
