package dev.camelgenai.live;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/** Hands each exchange to the producer of the URI that was worked out for it. */
final class DynamicProducer extends DefaultAsyncProducer {

    private final DynamicProducers producers;

    DynamicProducer(DynamicEndpoint endpoint, DynamicProducers producers) {
        super(endpoint);
        this.producers = producers;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            DynamicSend send = DynamicSend.of(exchange, getEndpoint());
            if (send == null || send.target() == null) {
                throw new LiveInputException("The model is missing in " + getEndpoint().getEndpointUri()
                        + ", which stands for the endpoints of toD. Name a model, for instance genai-live:gemini-3.8-live.",
                        false);
            }
            return producers.process(send, exchange, callback);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }
}
