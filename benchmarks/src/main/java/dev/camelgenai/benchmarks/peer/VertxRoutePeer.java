package dev.camelgenai.benchmarks.peer;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * What Camel offers without this component: {@code direct:} to {@code vertx-websocket} with JSON made in the route, and
 * {@code vertx-websocket} to a processor that reads it. A session is an endpoint of its own, and so two routes.
 */
final class VertxRoutePeer implements Peer {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final CamelContext context = new DefaultCamelContext();
    private final Target target;

    VertxRoutePeer(Target target) {
        this.target = target;
        context.start();
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        return CompletableFuture.supplyAsync(() -> addRoutes(index, onAudio)).thenCompose(VertxSession::setUp);
    }

    private VertxSession addRoutes(int index, Consumer<byte[]> onAudio) {
        // the same address for both ways, so that both have the same socket
        String socket = "vertx-websocket:" + target.wss() + Target.PATH + "?consumeAsClient=true&key=" + Target.API_KEY
                + "&session=" + index;
        VertxSession session = new VertxSession(index, onAudio);
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(socket).routeId("down-" + index).process(session::heard);
                    from("direct:up-" + index).routeId("up-" + index).process(VertxRoutePeer::toJson).to(socket);
                }
            });
            session.start();
        } catch (Exception e) {
            throw new IllegalStateException("The routes of session " + index + " did not start", e);
        }
        return session;
    }

    private static void toJson(Exchange exchange) throws IOException {
        if (exchange.getMessage().getBody() instanceof byte[] pcm) {
            ObjectNode message = MAPPER.createObjectNode();
            message.putObject("realtimeInput").putObject("audio").put("mimeType", Target.AUDIO).put("data", pcm);
            exchange.getMessage().setBody(MAPPER.writeValueAsString(message));
        }
    }

    @Override
    public void close() {
        context.stop();
    }

    private final class VertxSession implements PeerSession {

        private final int index;
        private final Consumer<byte[]> onAudio;
        private final CompletableFuture<PeerSession> complete = new CompletableFuture<>();
        private Endpoint entry;
        private AsyncProducer producer;

        VertxSession(int index, Consumer<byte[]> onAudio) {
            this.index = index;
            this.onAudio = onAudio;
        }

        void start() throws Exception {
            entry = context.getEndpoint("direct:up-" + index);
            producer = entry.createAsyncProducer();
            producer.start();
        }

        CompletableFuture<PeerSession> setUp() {
            ObjectNode setup = MAPPER.createObjectNode();
            setup.putObject("setup").put("model", "models/" + Target.MODEL);
            process(setup.toString(), failure -> {
                if (failure != null) {
                    complete.completeExceptionally(failure);
                }
            });
            return complete;
        }

        private void heard(Exchange exchange) throws IOException {
            JsonNode message = MAPPER.readTree(exchange.getMessage().getBody(byte[].class));
            if (message.has("setupComplete")) {
                complete.complete(this);
            }
            for (JsonNode part : message.path("serverContent").path("modelTurn").path("parts")) {
                JsonNode data = part.path("inlineData").get("data");
                if (data != null) {
                    onAudio.accept(data.binaryValue());
                }
            }
        }

        @Override
        public void send(byte[] pcm, Completion completion) {
            process(pcm, completion);
        }

        private void process(Object body, Completion completion) {
            Exchange exchange = entry.createExchange();
            exchange.getMessage().setBody(body);
            producer.process(exchange, doneSync -> completion.done(exchange.getException()));
        }

        @Override
        public CompletionStage<Void> close() {
            return CompletableFuture.runAsync(() -> {
                producer.stop();
                try {
                    for (String route : new String[]{ "up-" + index, "down-" + index }) {
                        context.getRouteController().stopRoute(route);
                        context.removeRoute(route);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException("The routes of session " + index + " did not stop", e);
                }
            });
        }
    }
}
