package dev.camelgenai.live.session;

import java.util.List;
import java.util.Optional;

import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * A message of the service in its place in the session.
 *
 * @param message        what came; {@link ServerMessage#nothing()} where it is only for the transcripts
 * @param sequenceNumber counts the messages of the session from 1
 * @param turnId         the turn that it belongs to, counted from 1; 0 where it belongs to none
 * @param transcripts    what was said in turns that are over with it, as far as it is transcribed
 */
public record ReceivedMessage(ServerMessage message, long sequenceNumber, long turnId,
        List<ServerEvent.TurnTranscript> transcripts) {

    public ReceivedMessage {
        transcripts = List.copyOf(transcripts);
    }

    /** @return itself when it has no audio, the rest when it has, nothing when there is no rest */
    Optional<ReceivedMessage> withoutAudio() {
        if (message.isOnlyAudio() && !transcripts.isEmpty()) {
            return Optional.of(new ReceivedMessage(ServerMessage.nothing(), sequenceNumber, turnId, transcripts));
        }
        return message.withoutAudio()
                .map(rest -> rest == message ? this : new ReceivedMessage(rest, sequenceNumber, turnId, transcripts));
    }
}
