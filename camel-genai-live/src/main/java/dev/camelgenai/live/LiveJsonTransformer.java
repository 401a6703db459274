package dev.camelgenai.live;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType("genai-live:json")}: a turn, the body of an event or a message of the service becomes JSON text. A turn has
 * the keys {@code id, text, audio, inputTranscript, outputTranscript, functionCalls, usage, grounding, interrupted, completeReason},
 * {@code null} where there is nothing; Google's types have their own JSON; audio is an object with {@code mimeType} and base64
 * {@code data}. Sets the header {@code Content-Type}.
 */
@DataTypeTransformer(name = "genai-live:json", description = "A turn, an event or a message of a live session, as JSON")
public final class LiveJsonTransformer extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) {
        message.setBody(BodyForms.json(message));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }
}
