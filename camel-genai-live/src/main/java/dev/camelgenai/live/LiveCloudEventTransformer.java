package dev.camelgenai.live;

import java.util.Map;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.cloudevents.CloudEvent;
import org.apache.camel.cloudevents.CloudEvents;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/**
 * {@code transformDataType("genai-live:application-cloudevents")}, or without the scheme: a turn, an event or a message of the service
 * becomes the data of a cloud event, whose attributes are in Camel's headers {@code CamelCloudEvent*}. The type is
 * {@code dev.camelgenai.live.} and the kind of the event, {@code turn} or {@code message}; the subject is the session key. Text and
 * media stay as they are, everything else becomes JSON.
 */
@DataTypeTransformer(name = "genai-live:application-cloudevents", description = "A turn, an event or a message of a live session, as a cloud event")
public class LiveCloudEventTransformer extends Transformer {

    private static final String TYPE = "dev.camelgenai.live.";
    private static final String SOURCE = "genai-live";

    @Override
    public void transform(Message message, DataType from, DataType to) {
        String type = TYPE + kind(message);
        String contentType;
        if (message.getBody() instanceof String) {
            contentType = "text/plain; charset=UTF-8";
        } else if (message.getBody() instanceof byte[]) {
            contentType = message.getHeader(GenAiLiveConstants.MIME_TYPE, CloudEvent.APPLICATION_OCTET_STREAM_MIME_TYPE,
                    String.class);
        } else {
            contentType = "application/json";
            message.setBody(message.getBody() == null ? null : BodyForms.json(message));
        }
        Exchange exchange = message.getExchange();
        CloudEvent event = CloudEvents.v1_0;
        Map<String, Object> headers = message.getHeaders();
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_ID, exchange.getExchangeId());
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_VERSION, event.version());
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_TYPE, type);
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_SOURCE, source(exchange));
        if (message.getHeader(GenAiLiveConstants.SESSION_KEY) != null) {
            headers.put(CloudEvent.CAMEL_CLOUD_EVENT_SUBJECT, message.getHeader(GenAiLiveConstants.SESSION_KEY, String.class));
        }
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_TIME, event.getEventTime(exchange));
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_DATA_CONTENT_TYPE, contentType);
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_CONTENT_TYPE, contentType);
    }

    private static String kind(Message message) {
        if (message.getBody() instanceof LiveTurn) {
            return "turn";
        }
        if (message.getBody() instanceof LiveServerMessage) {
            return "message";
        }
        String event = message.getHeader(GenAiLiveConstants.EVENT, String.class);
        if (event != null) {
            return event;
        }
        if (message.getHeader(GenAiLiveConstants.TURN_ID) != null) {
            // a turn that was converted
            return "turn";
        }
        throw new LiveInputException(
                "The data type application-cloudevents of genai-live takes LiveTurn, LiveServerMessage and the"
                        + " exchanges of events, which have the header " + GenAiLiveConstants.EVENT + "; the body is "
                        + (message.getBody() == null ? "empty" : "of type " + message.getBody().getClass().getName()) + ".",
                false);
    }

    private static String source(Exchange exchange) {
        return exchange.getFromEndpoint() instanceof GenAiLiveEndpoint endpoint ? SOURCE + ":" + endpoint.getModel() : SOURCE;
    }
}
