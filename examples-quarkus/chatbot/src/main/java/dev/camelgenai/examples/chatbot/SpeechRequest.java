package dev.camelgenai.examples.chatbot;

import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Cuts a WAV file into the chunks of audio that a live model listens to. */
@ApplicationScoped
@Named("speechRequest")
public class SpeechRequest implements Processor {

    private final Duration maxDuration;

    SpeechRequest(@ConfigProperty(name = "chatbot.max-speech") Duration maxDuration) {
        this.maxDuration = maxDuration;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] wav = message.getBody(byte[].class);
        if (wav == null || wav.length == 0) {
            throw new BadRequestException("The body is empty; put there, as audio/wav, what you want to say");
        }
        message.setBody(Wav.toChunks(wav, maxDuration));
        message.setHeader(GenAiLiveConstants.MIME_TYPE, Wav.INPUT_MIME_TYPE);
    }
}
