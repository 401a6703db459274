package dev.camelgenai.live;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

/**
 * What a dynamic URI says about one exchange, on its way to the producer. Not headers: these may be ignored, may come from
 * strangers, and would have to be put back.
 *
 * @param endpointUri of the endpoint that the exchange is being sent to, as opposed to one that an interceptor uses
 * @param target      the URI that stands behind a {@link DynamicEndpoint}, {@code null} for none
 * @param sessionKey  {@code null} where the URI does not decide upon it
 */
record DynamicSend(String endpointUri, String target, String sessionKey) {

    private static final String PROPERTY = "CamelGenAiLiveDynamicSend";

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    static void detachFrom(Exchange exchange) {
        exchange.removeProperty(PROPERTY);
    }

    /** @return {@code null} for none */
    static DynamicSend of(Exchange exchange, Endpoint endpoint) {
        DynamicSend send = exchange.getProperty(PROPERTY, DynamicSend.class);
        return send != null && endpoint.getEndpointUri().equals(send.endpointUri) ? send : null;
    }
}
