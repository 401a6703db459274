package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Converter;

/** Lets a route convert a turn into the type it needs. */
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

    /** The spoken answer: 16-bit signed little-endian PCM, mono, at the rate that the turn's mime type tells. */
    @Converter
    public static byte[] toBytes(LiveTurn turn) {
        return turn.audio();
    }

    /** As {@link #toBytes}. */
    @Converter
    public static InputStream toInputStream(LiveTurn turn) {
        return new ByteArrayInputStream(turn.audio());
    }

    /** Plain values, for templates and expression languages. */
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
        map.put("interrupted", turn.interrupted());
        return map;
    }
}
