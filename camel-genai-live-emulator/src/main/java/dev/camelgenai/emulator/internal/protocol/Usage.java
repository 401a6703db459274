package dev.camelgenai.emulator.internal.protocol;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.EmulatedService;

/**
 * The tokens of one turn, by rule of thumb: four characters to a token, 25 tokens to a second of audio.
 *
 * @param promptText    text tokens of the prompt, the conversation so far included
 * @param promptAudio   audio tokens of the prompt, the conversation so far included
 * @param responseText  text tokens of the answer
 * @param responseAudio audio tokens of the answer
 */
public record Usage(int promptText, int promptAudio, int responseText, int responseAudio) {

    /** No tokens. */
    public static final Usage NONE = new Usage(0, 0, 0, 0);

    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int AUDIO_BYTES_PER_TOKEN = 48_000 / 25;

    public static int textTokens(int characters) {
        return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }

    /**
     * @param bytes of 24 kHz PCM
     */
    public static int audioTokens(int bytes) {
        return (bytes + AUDIO_BYTES_PER_TOKEN - 1) / AUDIO_BYTES_PER_TOKEN;
    }

    public Usage plusPrompt(int text, int audio) {
        return new Usage(promptText + text, promptAudio + audio, responseText, responseAudio);
    }

    public Usage plusResponse(int text, int audio) {
        return new Usage(promptText, promptAudio, responseText + text, responseAudio + audio);
    }

    /** What the next turn starts from: all that was said is its prompt. */
    public Usage asContext() {
        return new Usage(promptText + responseText, promptAudio + responseAudio, 0, 0);
    }

    ObjectNode json(EmulatedService service) {
        // Vertex AI names the answer differently
        String answer = service == EmulatedService.VERTEX_AI ? "candidates" : "response";
        int prompt = promptText + promptAudio;
        int response = responseText + responseAudio;
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("promptTokenCount", prompt);
        usage.put(answer + "TokenCount", response);
        usage.put("totalTokenCount", prompt + response);
        details(usage, "promptTokensDetails", promptText, promptAudio);
        details(usage, answer + "TokensDetails", responseText, responseAudio);
        return usage;
    }

    private static void details(ObjectNode usage, String name, int text, int audio) {
        var details = usage.putArray(name);
        if (text > 0) {
            details.addObject().put("modality", "TEXT").put("tokenCount", text);
        }
        if (audio > 0) {
            details.addObject().put("modality", "AUDIO").put("tokenCount", audio);
        }
    }
}
