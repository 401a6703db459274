package dev.camelgenai.examples.voiceassistant;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.jboss.logging.Logger;

/**
 * Hands to the routes what visitors do, in the order in which it is called for each of them. Returns at once, also on an event loop: these
 * routes do not wait on the thread that calls them, and what becomes of an exchange is their business, errors included. A
 * {@code ProducerTemplate} would wait, or with {@code asyncSend} call from several threads, which mixes up the sounds.
 */
@ApplicationScoped
public class Uplink {

    private static final Logger LOG = Logger.getLogger(Uplink.class);

    private final CamelContext context;
    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    Uplink(CamelContext context) {
        this.context = context;
    }

    void open(String key) {
        send(VoiceRoutes.OPEN, key, null);
    }

    /** @param pcm 16 bits, little-endian, mono, 16 kHz */
    void speak(String key, byte[] pcm) {
        send(VoiceRoutes.SPEAK, key, pcm);
    }

    void stopSpeaking(String key) {
        send(VoiceRoutes.STOP_SPEAKING, key, null);
    }

    void write(String key, String text) {
        send(VoiceRoutes.WRITE, key, text);
    }

    void close(String key) {
        send(VoiceRoutes.CLOSE, key, null);
    }

    private void send(String route, String key, Object body) {
        AsyncProducer producer = producers.computeIfAbsent(route, this::producer);
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
        exchange.getMessage().setBody(body);
        producer.process(exchange, doneSync -> {
            if (exchange.isFailed()) {
                LOG.debugf(exchange.getException(), "%s failed for visitor %s", route, key);
            }
        });
    }

    private AsyncProducer producer(String route) {
        try {
            Endpoint endpoint = context.getEndpoint(route);
            AsyncProducer producer = endpoint.createAsyncProducer();
            // the context starts it, and stops it at its own end
            context.addService(producer, true);
            return producer;
        } catch (Exception e) {
            throw new RuntimeCamelException("There is no route " + route, e);
        }
    }
}
