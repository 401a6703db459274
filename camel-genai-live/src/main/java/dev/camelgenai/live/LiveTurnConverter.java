package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.session.LiveTurnStream;
import org.apache.camel.Converter;

/** Lets a route convert a turn, whole or while it arrives, into the type it needs. */
@Converter(generateLoader = true)
public final class LiveTurnConverter {

    private LiveTurnConverter() {
    }

    /**
     * The written answer, or else the transcript of the spoken one.
     *
     * @throws LiveInputException when the turn has audio but no transcript
     */
    @Converter
    public static String toString(LiveTurn turn) {
        return turn.answer().orElseGet(() -> {
            if (turn.audioMimeType().isPresent()) {
                throw new LiveInputException("The turn was spoken and has no text. Set outputTranscription=true, which is the"
                        + " default with response=turn, to receive the words as well.", false);
            }
            return "";
        });
    }

    /**
     * The spoken answer: 16-bit signed little-endian PCM, mono, at the rate that the turn's mime type tells.
     *
     * @throws LiveInputException when the turn has text but no audio
     */
    @Converter
    public static byte[] toBytes(LiveTurn turn) {
        if (turn.audioMimeType().isEmpty() && !turn.text().isEmpty()) {
            throw new LiveInputException("The turn was written and has no audio. Set responseModalities=AUDIO, or convert it to"
                    + " String.", false);
        }
        return turn.audio();
    }

    /** As {@link #toBytes}. */
    @Converter
    public static InputStream toInputStream(LiveTurn turn) {
        return new ByteArrayInputStream(toBytes(turn));
    }

    /**
     * The words of a turn in UTF-8 while they arrive: text, or else the transcript. Every read gives what is there, and waits
     * only when there is nothing. Where the turn breaks off, reads fail.
     */
    @Converter
    public static InputStream toInputStream(LiveTurnStream turn) {
        return new TurnInputStream(turn, new TurnWords());
    }

    /**
     * The words of a turn: text, or else the transcript. Waits for its end, and leaves nothing to read for others.
     *
     * @throws dev.camelgenai.live.error.GenAiLiveException when the turn breaks off
     */
    @Converter
    public static String toString(LiveTurnStream turn) {
        TurnWords words = new TurnWords();
        StringBuilder all = new StringBuilder();
        while (turn.hasNext()) {
            all.append(words.in(turn.nextMessage()));
        }
        return all.toString();
    }

    /** The turn as JSON, with the keys of {@link #toMap}; its audio is an object with {@code mimeType} and base64 {@code data}. */
    @Converter
    public static JsonNode toJson(LiveTurn turn) {
        return JsonForm.of(turn);
    }

    /** Plain values, for templates and expression languages. The keys are always the same; {@code null} where there is nothing. */
    @Converter
    public static Map<String, Object> toMap(LiveTurn turn) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", turn.id());
        map.put("text", turn.text());
        map.put("audio", turn.audio());
        map.put("audioMimeType", turn.audioMimeType().orElse(null));
        map.put("inputTranscript", turn.inputTranscript());
        map.put("outputTranscript", turn.outputTranscript());
        map.put("functionCalls", turn.functionCalls());
        map.put("usage", turn.usage().orElse(null));
        map.put("grounding", turn.grounding().orElse(null));
        map.put("interrupted", turn.interrupted());
        map.put("completeReason", turn.completeReason().map(Object::toString).orElse(null));
        return map;
    }
}
