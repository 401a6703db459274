package dev.camelgenai.live;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType("genai-live:wav")}: a turn, an audio event or a message of the service becomes a WAV file of its sound, as
 * bytes. Sets the headers {@code Content-Type} and {@code CamelGenAiLiveMimeType} to {@code audio/wav}.
 */
@DataTypeTransformer(name = "genai-live:wav", description = "The sound of a turn, an event or a message of a live session, as a WAV file")
public final class LiveWavTransformer extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) {
        message.setBody(WavHeader.andPcm(BodyForms.sound("wav", message)));
        message.setHeader(GenAiLiveConstants.MIME_TYPE, "audio/wav");
        message.setHeader(Exchange.CONTENT_TYPE, "audio/wav");
    }
}
