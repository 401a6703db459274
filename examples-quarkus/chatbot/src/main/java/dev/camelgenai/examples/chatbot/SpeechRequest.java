package dev.camelgenai.examples.chatbot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.media.MediaStream;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.media.SpeechReader;
import dev.camelgenai.live.media.Wav;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Cuts a WAV file into the chunks of audio that a live model listens to. The component does that by itself; here it is done before,
 * because speech that is too long is to be refused as a whole.
 */
@ApplicationScoped
@Named("speechRequest")
public class SpeechRequest implements Processor {

    private static final MediaType WAV = MediaType.parse(Wav.MIME_TYPE);
    /** What microphones deliver. */
    private static final int CHUNK_MILLIS = 20;

    private final Duration maxDuration;

    SpeechRequest(@ConfigProperty(name = "chatbot.max-speech") Duration maxDuration) {
        this.maxDuration = maxDuration;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        byte[] wav = message.getBody(byte[].class);
        if (wav == null || wav.length == 0) {
            throw new BadRequestException("The body is empty; put there, as audio/wav, what you want to say");
        }
        try (MediaStream media = MediaStream.open(new ByteArrayInputStream(wav), WAV, WAV)) {
            SpeechReader speech = media.speech(CHUNK_MILLIS);
            message.setBody(read(speech));
            message.setHeader(GenAiLiveConstants.MIME_TYPE, speech.mimeType());
        }
    }

    private List<byte[]> read(SpeechReader speech) throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        for (byte[] chunk = speech.next(); chunk != null; chunk = speech.next()) {
            chunks.add(chunk);
            // what the header says about the length is the client's word only
            if (speech.millisRead() > maxDuration.toMillis()) {
                throw new BadRequestException("The sound is too long; at most " + maxDuration.toSeconds()
                        + " s are accepted (chatbot.max-speech)");
            }
        }
        return chunks;
    }
}
