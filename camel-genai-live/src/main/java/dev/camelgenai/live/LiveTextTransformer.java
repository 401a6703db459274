package dev.camelgenai.live;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType("genai-live:text")}: a turn, or a message of the service, becomes the words that were written or, where
 * none were, those that were spoken. A turn that still arrives becomes an InputStream of UTF-8, one fragment after the other. Sets
 * the header {@code Content-Type}.
 */
@DataTypeTransformer(name = "genai-live:text", description = "The words of a turn or of a message of a live session")
public final class LiveTextTransformer extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) {
        message.setBody(BodyForms.text(message));
        message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=UTF-8");
    }
}
