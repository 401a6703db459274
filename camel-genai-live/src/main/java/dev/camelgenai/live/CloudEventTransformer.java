package dev.camelgenai.live;

import org.apache.camel.spi.DataTypeTransformer;

/** {@link LiveCloudEventTransformer} under the name without a scheme: {@code transformDataType("application-cloudevents")}. */
@DataTypeTransformer(name = "application-cloudevents", description = "A turn, an event or a message of a live session, as a cloud event")
public final class CloudEventTransformer extends LiveCloudEventTransformer {
}
