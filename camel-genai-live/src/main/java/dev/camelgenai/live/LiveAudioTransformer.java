package dev.camelgenai.live;

import dev.camelgenai.live.session.LiveTurnStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType("genai-live:audio")}: a turn, an audio event or a message of the service becomes its sound: PCM, 16 bits,
 * little-endian, mono, at the rate that the header {@code CamelGenAiLiveMimeType} tells. A turn that still arrives becomes an
 * InputStream of it, without that header. Sets the header {@code Content-Type} where the format is known.
 */
@DataTypeTransformer(name = "genai-live:audio", description = "The sound of a turn, an event or a message of a live session, as PCM")
public final class LiveAudioTransformer extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) {
        if (message.getBody() instanceof LiveTurnStream turn) {
            message.setBody(BodyForms.sound(turn));
            return;
        }
        BodyForms.Sound sound = BodyForms.sound("audio", message);
        message.setBody(sound.bytes());
        message.setHeader(GenAiLiveConstants.MIME_TYPE, sound.mimeType());
        message.setHeader(Exchange.CONTENT_TYPE, sound.mimeType());
    }
}
