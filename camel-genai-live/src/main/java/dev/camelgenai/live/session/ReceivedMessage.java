package dev.camelgenai.live.session;

import java.util.List;
import java.util.Optional;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * A message of the service in its place in the session.
 *
 * @param message        what came; {@link ServerMessage#nothing()} where it is only for the transcripts
 * @param sequenceNumber counts the messages of the session from 1
 * @param turnId         the turn that it belongs to, counted from 1; 0 where it belongs to none
 * @param transcripts    what was said in turns that are over with it, as far as it is transcribed
 * @param shared         whether others have the same message, so that nobody may keep its bytes to himself
 */
public record ReceivedMessage(ServerMessage message, long sequenceNumber, long turnId,
        List<ServerEvent.TurnTranscript> transcripts, boolean shared) {

    public ReceivedMessage {
        transcripts = List.copyOf(transcripts);
    }

    /** All of the message, as Google's type. Audio is not copied for it where nobody else has the message. */
    public LiveServerMessage content() {
        return shared ? message.message() : message.take();
    }

    /** @return itself when it has no audio, the rest when it has, nothing when there is no rest */
    Optional<ReceivedMessage> withoutAudio() {
        if (message.isOnlyAudio() && !transcripts.isEmpty()) {
            return Optional.of(with(ServerMessage.nothing()));
        }
        return message.withoutAudio().map(rest -> rest == message ? this : with(rest));
    }

    private ReceivedMessage with(ServerMessage other) {
        return new ReceivedMessage(other, sequenceNumber, turnId, transcripts, shared);
    }
}
