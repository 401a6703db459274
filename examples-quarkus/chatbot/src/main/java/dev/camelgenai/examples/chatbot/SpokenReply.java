package dev.camelgenai.examples.chatbot;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.media.Wav;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Makes a WAV file of the model's turn. */
@ApplicationScoped
@Named("spokenReply")
public class SpokenReply implements Processor {

    private static final int SAMPLE_BYTES = 2;

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(toWav(message.getBody(LiveTurn.class)));
    }

    /**
     * @throws GenAiLiveException when the model has written only
     */
    static byte[] toWav(LiveTurn turn) {
        return Wav.of(turn.audio(), format(turn).rate());
    }

    /** How long it is. */
    static Duration duration(LiveTurn turn) {
        return Duration.ofMillis(1000L * turn.audio().length / SAMPLE_BYTES / format(turn).rate());
    }

    private static MediaType format(LiveTurn turn) {
        return turn.audioMimeType().map(MediaType::parse).orElseThrow(() -> new GenAiLiveException(
                "The model answered without speech" + turn.answer().map(text -> ": " + text).orElse(""), false));
    }
}
