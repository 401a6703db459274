package dev.camelgenai.benchmarks.peer;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConfiguration;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.GenAiLiveOperation;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** {@code direct:} to {@code genai-live}, and {@code genai-live} to a processor that takes the audio. */
final class RoutePeer implements Peer {

    private final CamelContext context = new DefaultCamelContext();
    private final Map<String, Consumer<byte[]>> listeners = new ConcurrentHashMap<>();
    private final Endpoint entry;
    private final AsyncProducer producer;

    /**
     * @param deliver message or event
     */
    RoutePeer(Target target, int maxSessions, String deliver) throws Exception {
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(target.wss());
        options.setApiKey(Target.API_KEY);
        options.setMaxSessions(maxSessions);
        options.setConnectTimeout(30_000);
        options.setSetupTimeout(30_000);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:up").to("genai-live:" + Target.MODEL);
                from("genai-live:" + Target.MODEL + "?deliver=" + deliver).process(RoutePeer.this::heard);
            }
        });
        context.start();
        entry = context.getEndpoint("direct:up");
        producer = entry.createAsyncProducer();
        producer.start();
    }

    private void heard(Exchange exchange) {
        Consumer<byte[]> listener = listeners
                .get(exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY, String.class));
        if (listener == null) {
            return;
        }
        Object body = exchange.getMessage().getBody();
        if (body instanceof LiveServerMessage message) {
            ModelSound.forEach(message, listener);
        } else if (body instanceof byte[] pcm) {
            listener.accept(pcm);
        }
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        String key = "session-" + index;
        listeners.put(key, onAudio);
        PeerSession session = new PeerSession() {
            @Override
            public void send(byte[] pcm, Completion completion) {
                Exchange exchange = exchange(key);
                exchange.getMessage().setBody(pcm);
                producer.process(exchange, doneSync -> completion.done(exchange.getException()));
            }

            @Override
            public CompletionStage<Void> close() {
                listeners.remove(key);
                return operate(key, GenAiLiveOperation.closeSession);
            }
        };
        return operate(key, GenAiLiveOperation.openSession).thenApply(opened -> session);
    }

    private Exchange exchange(String key) {
        Exchange exchange = entry.createExchange();
        exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
        return exchange;
    }

    private CompletableFuture<Void> operate(String key, GenAiLiveOperation operation) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Exchange exchange = exchange(key);
        exchange.getMessage().setHeader(GenAiLiveConstants.OPERATION, operation);
        producer.process(exchange, doneSync -> {
            if (exchange.getException() != null) {
                done.completeExceptionally(exchange.getException());
            } else {
                done.complete(null);
            }
        });
        return done;
    }

    @Override
    public void close() {
        producer.stop();
        context.stop();
    }
}
