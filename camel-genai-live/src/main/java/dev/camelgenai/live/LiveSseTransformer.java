package dev.camelgenai.live;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType("genai-live:sse")}: a turn that still arrives ({@code response=stream}) becomes an InputStream of server-sent
 * events in UTF-8, a message of the service the bytes of its events. Events are {@code text}, {@code inputTranscript} and
 * {@code outputTranscript} with a fragment of text as data, {@code toolCall}, {@code usage}, {@code grounding}, {@code interrupted} and
 * {@code turnComplete} with JSON, and {@code error} with JSON as the last one where the turn breaks off. Sound and thoughts are left
 * out. Sets the header {@code Content-Type}.
 * <p>
 * Make it the last step of a route, or switch stream caching off for the route: Camel otherwise reads the stream to its end before
 * the next step.
 */
@DataTypeTransformer(name = "genai-live:sse", description = "A turn of a live session while it arrives, as server-sent events")
public final class LiveSseTransformer extends Transformer {

    @Override
    public void transform(Message message, DataType from, DataType to) {
        message.setBody(BodyForms.serverSentEvents(message));
        message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream");
    }
}
