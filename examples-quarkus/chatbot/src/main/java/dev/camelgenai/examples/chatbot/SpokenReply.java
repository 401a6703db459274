package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Makes a WAV file of the model's turn. */
@ApplicationScoped
@Named("spokenReply")
public class SpokenReply implements Processor {

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(toWav(message.getBody(LiveTurn.class)));
    }

    static byte[] toWav(LiveTurn turn) {
        String mimeType = turn.audioMimeType().orElseThrow(() -> new GenAiLiveException("The model answered without speech"
                + turn.answer().map(text -> ": " + text).orElse(""), false));
        return Wav.of(turn.audio(), mimeType);
    }
}
