package dev.camelgenai.live.protocol;

import java.util.List;
import java.util.Optional;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;

/** Takes the model's audio out of messages. */
final class ModelAudio {

    private static final LiveServerMessage NOTHING = LiveServerMessage.builder().build();
    private static final LiveServerContent NO_CONTENT = LiveServerContent.builder().build();

    private ModelAudio() {
    }

    /** @return the message itself when it has no audio, its other fields when it has, nothing when it is audio only */
    static Optional<LiveServerMessage> removedFrom(LiveServerMessage message) {
        LiveServerContent content = message.serverContent().orElse(NO_CONTENT);
        Content turn = content.modelTurn().orElse(null);
        List<Part> parts = turn == null ? List.of() : turn.parts().orElse(List.of());
        List<Part> others = parts.stream().filter(part -> !isAudio(part)).toList();
        if (others.size() == parts.size()) {
            return Optional.of(message);
        }
        LiveServerContent rest = content.toBuilder().clearModelTurn().build();
        if (!others.isEmpty()) {
            rest = rest.toBuilder().modelTurn(turn.toBuilder().parts(others).build()).build();
        }
        LiveServerMessage left = message.toBuilder().clearServerContent().build();
        if (!rest.equals(NO_CONTENT)) {
            left = left.toBuilder().serverContent(rest).build();
        }
        return left.equals(NOTHING) ? Optional.empty() : Optional.of(left);
    }

    private static boolean isAudio(Part part) {
        return part.inlineData().flatMap(Blob::mimeType).filter(type -> type.startsWith("audio/")).isPresent();
    }
}
