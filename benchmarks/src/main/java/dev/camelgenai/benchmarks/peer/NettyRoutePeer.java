package dev.camelgenai.benchmarks.peer;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The floor of a route: {@code direct:} to raw Netty, the exchange completed on the event loop. No component may do that, because what
 * follows in the route would then hold up all sessions of that loop; so this is less than a component can cost. Audio from the server
 * is heard without a route.
 */
final class NettyRoutePeer implements Peer {

    private static final String KEY = "sessionKey";

    private final CamelContext context = new DefaultCamelContext();
    private final Map<String, PeerSession> sessions = new ConcurrentHashMap<>();
    private final NettyPeer netty;
    private final Endpoint entry;
    private final AsyncProducer producer;

    NettyRoutePeer(Target target) throws Exception {
        netty = new NettyPeer(target, false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:up").process(new Sender());
            }
        });
        context.start();
        entry = context.getEndpoint("direct:up");
        producer = entry.createAsyncProducer();
        producer.start();
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
                callback.done(false);
            });
            return false;
        }
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        String key = "session-" + index;
        return netty.open(index, onAudio).thenApply(raw -> {
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
