package dev.camelgenai.benchmarks.peer;

import java.util.List;
import java.util.function.Consumer;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;

/** Finds the audio in Google's type, as an application does. */
final class ModelSound {

    private ModelSound() {
    }

    static void forEach(LiveServerMessage message, Consumer<byte[]> onAudio) {
        List<Part> parts = message.serverContent().flatMap(content -> content.modelTurn()).flatMap(Content::parts)
                .orElse(List.of());
        for (Part part : parts) {
            part.inlineData().flatMap(Blob::data).ifPresent(onAudio);
        }
    }
}
