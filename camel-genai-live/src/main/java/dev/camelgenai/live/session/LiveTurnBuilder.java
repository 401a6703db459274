package dev.camelgenai.live.session;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

import com.google.genai.types.Blob;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;
import com.google.genai.types.Transcription;
import com.google.genai.types.TurnCompleteReason;
import com.google.genai.types.UsageMetadata;

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

    void add(LiveServerMessage message) {
        message.usageMetadata().ifPresent(metadata -> usage = metadata);
        message.toolCall().flatMap(call -> call.functionCalls()).ifPresent(functionCalls::addAll);
        message.serverContent().ifPresent(this::add);
    }

    private void add(LiveServerContent content) {
        content.modelTurn().flatMap(turn -> turn.parts()).ifPresent(parts -> parts.forEach(this::add));
        content.inputTranscription().flatMap(Transcription::text).ifPresent(fragment -> append(inputTranscript, fragment));
        content.outputTranscription().flatMap(Transcription::text).ifPresent(fragment -> append(outputTranscript, fragment));
        content.turnCompleteReason().ifPresent(reason -> completeReason = reason);
        interrupted |= content.interrupted().orElse(false);
    }

    private void add(Part part) {
        if (part.thought().orElse(false)) {
            return;
        }
        part.text().ifPresent(fragment -> append(text, fragment));
        part.inlineData().ifPresent(this::add);
    }

    private void add(Blob blob) {
        String mimeType = blob.mimeType().orElse("");
        if (!mimeType.startsWith("audio/")) {
            return;
        }
        blob.data().ifPresent(data -> {
            bytes += data.length;
            if (!isOverflown()) {
                audioMimeType = mimeType;
                audio.writeBytes(data);
            }
        });
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
