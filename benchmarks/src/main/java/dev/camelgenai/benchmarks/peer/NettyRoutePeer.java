package dev.camelgenai.benchmarks.peer;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.camelgenai.live.session.WorkerHandoff;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultConsumer;

/**
 * The floor of a route: {@code direct:} to raw Netty, and raw Netty to a route, with the audio for a body. Exchanges go on on workers,
 * because what follows in a route must not hold up all sessions of an event loop, and go there as many at a time as there are, by the
 * component's own {@link WorkerHandoff}; so this is what any component costs at least. It does not even keep exchanges in order.
 */
final class NettyRoutePeer implements Peer {

    private static final String KEY = "sessionKey";
    /** As many as the component has. */
    private static final int WORKERS = 24;

    private final CamelContext context = new DefaultCamelContext();
    private final Map<String, PeerSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, Consumer<byte[]>> listeners = new ConcurrentHashMap<>();
    private final NettyPeer netty;
    private final WorkerHandoff handoff;
    private final Endpoint entry;
    private final AsyncProducer producer;
    private final DefaultConsumer consumer;

    NettyRoutePeer(Target target, boolean boringSsl) throws Exception {
        netty = new NettyPeer(target, boringSsl, false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:up").process(new Sender());
                from("direct:down").routeId("down").process(NettyRoutePeer.this::heard);
            }
        });
        context.start();
        ExecutorServiceManager executors = context.getExecutorServiceManager();
        // the context ends both
        handoff = new WorkerHandoff(executors.newFixedThreadPool(this, "Worker", WORKERS),
                executors.newSingleThreadScheduledExecutor(this, "Timer"), new NettyLoops(netty));
        entry = context.getEndpoint("direct:up");
        producer = entry.createAsyncProducer();
        producer.start();
        // whose consumer is called by this peer alone, so that a route begins here as with any other consumer
        consumer = (DefaultConsumer) context.getRoute("down").getConsumer();
    }

    private void heard(Exchange exchange) {
        Consumer<byte[]> listener = listeners.get(exchange.getMessage().getHeader(KEY, String.class));
        if (listener != null) {
            listener.accept(exchange.getMessage().getBody(byte[].class));
        }
    }

    /** The least that a consumer has to do. */
    private void consume(String key, byte[] pcm) {
        Exchange exchange = consumer.createExchange(true);
        exchange.getMessage().setHeader(KEY, key);
        exchange.getMessage().setBody(pcm);
        consumer.getAsyncProcessor().process(exchange, consumer.defaultConsumerCallback(exchange, true));
    }

    /** The least that a producer has to do. */
    private final class Sender extends AsyncProcessorSupport {

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            PeerSession session = sessions.get(exchange.getMessage().getHeader(KEY, String.class));
            session.send(exchange.getMessage().getBody(byte[].class), failure -> {
                if (failure != null) {
                    exchange.setException(failure);
                }
                handoff.execute(() -> callback.done(false));
            });
            return false;
        }
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        String key = "session-" + index;
        listeners.put(key, onAudio);
        return netty.open(index, pcm -> handoff.execute(() -> consume(key, pcm))).thenApply(raw -> {
            sessions.put(key, raw);
            return new PeerSession() {
                @Override
                public void send(byte[] pcm, Completion completion) {
                    Exchange exchange = entry.createExchange();
                    exchange.getMessage().setHeader(KEY, key);
                    exchange.getMessage().setBody(pcm);
                    producer.process(exchange, doneSync -> completion.done(exchange.getException()));
                }

                @Override
                public CompletionStage<Void> close() {
                    sessions.remove(key);
                    listeners.remove(key);
                    return raw.close();
                }
            };
        });
    }

    @Override
    public void close() {
        producer.stop();
        context.stop();
        netty.close();
    }
}
