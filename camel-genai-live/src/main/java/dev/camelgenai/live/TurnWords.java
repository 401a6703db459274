package dev.camelgenai.live;

import java.nio.charset.StandardCharsets;

import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * What the model writes, or else the words of what it says, in UTF-8. Of text and transcript only the one that comes first: a
 * model that writes may be transcribed as well.
 */
final class TurnWords implements TurnInputStream.Form {

    private ServerEvent.Kind kind;

    @Override
    public byte[] of(ServerMessage message) {
        return in(message).getBytes(StandardCharsets.UTF_8);
    }

    /** @return the words that the message adds; may be none */
    String in(ServerMessage message) {
        StringBuilder words = new StringBuilder();
        for (ServerEvent event : message.events()) {
            if (event instanceof ServerEvent.Text text && is(ServerEvent.Kind.text)) {
                words.append(text.text());
            } else if (event instanceof ServerEvent.OutputTranscript transcript && is(ServerEvent.Kind.outputTranscript)) {
                words.append(transcript.text());
            }
        }
        return words.toString();
    }

    private boolean is(ServerEvent.Kind found) {
        kind = kind == null ? found : kind;
        return kind == found;
    }
}
