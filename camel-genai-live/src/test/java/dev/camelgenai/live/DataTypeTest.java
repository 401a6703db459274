package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.LiveServerMessage;
import com.sun.net.httpserver.HttpServer;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.cloudevents.CloudEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Turns, streams, events and messages in the forms that {@code transformDataType} offers, in Java and in YAML. */
@Timeout(60)
class DataTypeTest extends SilentServiceSupport {

    private static final byte[] PCM = { 1, 2, 3, 4 };
    private static final String LAST = """
            {"serverContent": {"interrupted": true, "turnComplete": true, "turnCompleteReason": "NEED_MORE_INPUT",
              "groundingMetadata": {"webSearchQueries": ["q"]}},
             "usageMetadata": {"totalTokenCount": 30, "promptTokenCount": 10, "responseTokenCount": 20}}""";
    private static final String TOOL_CALL = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"clock\",\"args\":{}}]}}";
    private static final String[] TURN = { content("\"inputTranscription\":{\"text\":\"hello\"}"), audio(), spoken("Good "),
        spoken("morning"), TOOL_CALL, LAST };

    private final ObjectMapper json = new ObjectMapper();

    @BeforeEach
    void addRoutes() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:turn").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s");
                // somebody else hears of function calls, so that a turn does not end with them
                from("genai-live:gemini-3.8-live?events=goAway,toolCall").to("mock:goAway");
                from("direct:text").to("direct:turn").transformDataType("genai-live:text");
                from("direct:audio").to("direct:turn").transformDataType("genai-live:audio");
                from("direct:json").to("direct:turn").transformDataType("genai-live:json");
                from("direct:event").to("direct:turn").transformDataType("application-cloudevents");
                from("direct:streamedText").to("genai-live:gemini-3.8-live?response=stream")
                        .transformDataType("genai-live:text");
                from("direct:streamedAudio").to("genai-live:gemini-3.8-live?response=stream")
                        .transformDataType("genai-live:audio");
                from("direct:sse").to("genai-live:gemini-3.8-live?response=stream&turnTimeout=30s")
                        .transformDataType("genai-live:sse");
                for (String form : List.of("text", "audio", "wav", "json", "sse", "application-cloudevents")) {
                    from("direct:to-" + form).transformDataType("genai-live:" + form);
                }
            }
        });
        yaml("""
                - route:
                    from:
                      uri: direct:wav
                      steps:
                        - to: direct:turn
                        - transformDataType:
                            toType: "genai-live:wav"
                - route:
                    from:
                      uri: direct:yamlEvent
                      steps:
                        - to: direct:turn
                        - transformDataType:
                            toType: application-cloudevents
                """);
    }

    private static <T> T done(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** The result of a route that asks and is answered with the turn. */
    private Exchange answered(String route) {
        CompletableFuture<Exchange> exchange = template.asyncSend("direct:" + route,
                out -> out.getMessage().setBody("question"));
        send(asked(1), TURN);
        assertThat(done(exchange).getException()).isNull();
        return exchange.join();
    }

    private Exchange transformed(String form, Object body, Map<String, Object> headers) {
        return template.send("direct:to-" + form, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(headers);
        });
    }

    private static String contentType(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, String.class);
    }

    // ---- a turn

    @Test
    void aTurnAsText() {
        Exchange exchange = answered("text");

        assertThat(exchange.getMessage().getBody()).isEqualTo("Good morning");
        assertThat(contentType(exchange)).isEqualTo("text/plain; charset=UTF-8");
    }

    @Test
    void aTurnAsAudio() {
        Exchange exchange = answered("audio");

        assertThat(exchange.getMessage().getBody()).isEqualTo(PCM);
        assertThat(contentType(exchange)).isEqualTo("audio/pcm;rate=24000");
    }

    @Test
    void aTurnAsWav() throws Exception {
        Exchange exchange = answered("wav");

        assertThat(contentType(exchange)).isEqualTo("audio/wav");
        try (AudioInputStream wav = AudioSystem
                .getAudioInputStream(new ByteArrayInputStream(exchange.getMessage().getBody(byte[].class)))) {
            AudioFormat format = wav.getFormat();
            assertThat(format.getSampleRate()).isEqualTo(24_000);
            assertThat(format.getChannels()).isEqualTo(1);
            assertThat(format.getSampleSizeInBits()).isEqualTo(16);
            assertThat(format.isBigEndian()).isFalse();
            assertThat(wav.readAllBytes()).isEqualTo(PCM);
        }
    }

    @Test
    void aTurnAsJson() throws Exception {
        Exchange exchange = answered("json");

        assertThat(contentType(exchange)).isEqualTo("application/json");
        JsonNode turn = json.readTree(exchange.getMessage().getBody(String.class));
        assertThat(turn.fieldNames()).toIterable().containsExactly("id", "text", "audio", "inputTranscript", "outputTranscript",
                "functionCalls", "usage", "grounding", "interrupted", "completeReason");
        assertThat(turn.path("id").asInt()).isEqualTo(1);
        assertThat(turn.path("text").asText()).isEmpty();
        assertThat(turn.at("/audio/mimeType").asText()).isEqualTo("audio/pcm;rate=24000");
        assertThat(turn.at("/audio/data").asText()).isEqualTo(Base64.getEncoder().encodeToString(PCM));
        assertThat(turn.path("inputTranscript").asText()).isEqualTo("hello");
        assertThat(turn.path("outputTranscript").asText()).isEqualTo("Good morning");
        assertThat(turn.at("/functionCalls/0/name").asText()).isEqualTo("clock");
        assertThat(turn.at("/usage/totalTokenCount").asInt()).isEqualTo(30);
        assertThat(turn.at("/grounding/webSearchQueries/0").asText()).isEqualTo("q");
        assertThat(turn.path("interrupted").asBoolean()).isTrue();
        assertThat(turn.path("completeReason").asText()).isEqualTo("NEED_MORE_INPUT");
    }

    @Test
    void aTurnIsConvertedToMapAndJsonNodeToo() {
        LiveTurn turn = answered("turn").getMessage().getBody(LiveTurn.class);

        Map<?, ?> map = context.getTypeConverter().convertTo(Map.class, turn);
        assertThat(map.keySet().stream().map(Object::toString)).containsExactly("id", "text", "audio", "audioMimeType",
                "inputTranscript", "outputTranscript", "functionCalls", "usage", "grounding", "interrupted", "completeReason");
        assertThat(map.get("grounding")).isEqualTo(turn.grounding().orElseThrow());
        assertThat(map.get("completeReason")).isEqualTo("NEED_MORE_INPUT");
        assertThat(context.getTypeConverter().convertTo(JsonNode.class, turn).at("/functionCalls/0/id").asText())
                .isEqualTo("c1");
        assertThat(context.getTypeConverter().convertTo(String.class, turn)).isEqualTo("Good morning");
        assertThat(context.getTypeConverter().convertTo(byte[].class, turn)).isEqualTo(PCM);
    }

    @ParameterizedTest
    @ValueSource(strings = { "event", "yamlEvent" })
    void aTurnAsCloudEvent(String route) throws Exception {
        Exchange exchange = answered(route);

        assertThat(exchange.getMessage().getHeaders())
                .containsEntry(CloudEvent.CAMEL_CLOUD_EVENT_TYPE, "dev.camelgenai.live.turn")
                .containsEntry(CloudEvent.CAMEL_CLOUD_EVENT_SUBJECT, "default")
                .containsEntry(CloudEvent.CAMEL_CLOUD_EVENT_SOURCE, "genai-live")
                .containsEntry(CloudEvent.CAMEL_CLOUD_EVENT_VERSION, "1.0")
                .containsEntry(CloudEvent.CAMEL_CLOUD_EVENT_ID, exchange.getExchangeId())
                .containsEntry(CloudEvent.CAMEL_CLOUD_EVENT_DATA_CONTENT_TYPE, "application/json")
                .containsEntry(Exchange.CONTENT_TYPE, "application/json").containsKey(CloudEvent.CAMEL_CLOUD_EVENT_TIME);
        assertThat(json.readTree(exchange.getMessage().getBody(String.class)).path("outputTranscript").asText())
                .isEqualTo("Good morning");
    }

    // ---- events and messages

    @Test
    void eventsAsCloudEvents() throws Exception {
        List<Map<String, Object>> headers = new CopyOnWriteArrayList<>();
        List<Object> bodies = new CopyOnWriteArrayList<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live?deliver=event&events=audio,outputTranscript,toolCall,interrupted")
                        .transformDataType("application-cloudevents").process(exchange -> {
                            headers.add(Map.copyOf(exchange.getMessage().getHeaders()));
                            bodies.add(exchange.getMessage().getBody() == null ? "none" : exchange.getMessage().getBody());
                        });
            }
        });

        CompletableFuture<Exchange> exchange = template.asyncSend("direct:turn", out -> out.getMessage().setBody("question"));
        RecordedSession session = asked(1);
        send(session, audio(), spoken("Good "), spoken("morning"), TOOL_CALL);
        // an interruption would overtake what waits
        await().atMost(PATIENCE).until(() -> bodies.size() == 4);
        send(session, LAST);
        done(exchange);

        await().atMost(PATIENCE).until(() -> bodies.size() == 5);
        assertThat(headers.stream().map(each -> each.get(CloudEvent.CAMEL_CLOUD_EVENT_TYPE) + " "
                + each.get(CloudEvent.CAMEL_CLOUD_EVENT_DATA_CONTENT_TYPE))).containsExactly(
                        "dev.camelgenai.live.audio audio/pcm;rate=24000",
                        "dev.camelgenai.live.outputTranscript text/plain; charset=UTF-8",
                        "dev.camelgenai.live.outputTranscript text/plain; charset=UTF-8",
                        "dev.camelgenai.live.toolCall application/json", "dev.camelgenai.live.interrupted application/json");
        assertThat(headers.stream().map(each -> each.get(CloudEvent.CAMEL_CLOUD_EVENT_ID)).distinct()).hasSize(5);
        assertThat(headers).allSatisfy(
                each -> assertThat(each.get(CloudEvent.CAMEL_CLOUD_EVENT_SOURCE)).isEqualTo("genai-live:gemini-3.8-live"));
        assertThat(bodies.get(0)).isEqualTo(PCM);
        assertThat(bodies.get(1)).isEqualTo("Good ");
        assertThat(json.readTree((String) bodies.get(3)).path("name").asText()).isEqualTo("clock");
        assertThat(bodies.get(4)).isEqualTo("none");
    }

    @Test
    void aPieceOfSoundAsWav() throws Exception {
        Exchange exchange = transformed("wav", PCM, Map.of(GenAiLiveConstants.MIME_TYPE, "audio/pcm;rate=16000"));

        assertThat(AudioSystem.getAudioFileFormat(new ByteArrayInputStream(exchange.getMessage().getBody(byte[].class)))
                .getFormat()
                .getSampleRate()).isEqualTo(16_000);
    }

    @Test
    void bytesOfUnknownFormatAreNoSound() {
        assertThat(transformed("wav", PCM, Map.of()).getException()).hasMessageContaining("CamelGenAiLiveMimeType");
        assertThat(transformed("wav", PCM, Map.of(GenAiLiveConstants.MIME_TYPE, "audio/opus")).getException())
                .hasMessageContaining("audio/opus");
    }

    @Test
    void aMessageInEveryForm() throws Exception {
        LiveServerMessage message = LiveServerMessage
                .fromJson("{\"serverContent\":{\"outputTranscription\":{\"text\":\"said\"},"
                        + "\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AQIDBA==\"}}]}}}");

        assertThat(transformed("text", message, Map.of()).getMessage().getBody()).isEqualTo("said");
        assertThat(transformed("audio", message, Map.of()).getMessage().getBody()).isEqualTo(PCM);
        assertThat(transformed("wav", message, Map.of()).getMessage().getBody(byte[].class)).hasSize(48);
        assertThat(transformed("sse", message, Map.of()).getMessage().getBody(String.class))
                .isEqualTo("event: outputTranscript\ndata: said\n\n");
        assertThat(json.readTree(transformed("json", message, Map.of()).getMessage().getBody(String.class)))
                .isEqualTo(json.readTree(message.toJson()));
        assertThat(transformed("application-cloudevents", message, Map.of()).getMessage()
                .getHeader(CloudEvent.CAMEL_CLOUD_EVENT_TYPE)).isEqualTo("dev.camelgenai.live.message");
    }

    @Test
    void bodiesOfEventsAsJson() {
        Map<String, Object> sound = Map.of(GenAiLiveConstants.MIME_TYPE, "audio/pcm");

        assertThat(transformed("json", "say \"hi\"", Map.of()).getMessage().getBody()).isEqualTo("\"say \\\"hi\\\"\"");
        assertThat(transformed("json", PCM, sound).getMessage().getBody())
                .isEqualTo("{\"mimeType\":\"audio/pcm\",\"data\":\"AQIDBA==\"}");
        assertThat(transformed("json", Duration.ofMillis(9_500), Map.of()).getMessage().getBody()).isEqualTo("\"9.5s\"");
        assertThat(transformed("json", List.of(FunctionCall.builder().id("c1").build()), Map.of()).getMessage().getBody())
                .isEqualTo("[{\"id\":\"c1\"}]");
    }

    @ParameterizedTest
    @ValueSource(strings = { "text", "audio", "wav", "json", "sse", "application-cloudevents" })
    void otherBodiesAreRefusedAndNeverBecomeTheTextOfAJavaObject(String form) {
        Exchange exchange = transformed(form, new StringBuilder("x"), Map.of());

        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("LiveTurn").hasMessageContaining("java.lang.StringBuilder");
    }

    // ---- a turn that still arrives

    private InputStream streamed(String route) {
        return CompletableFuture.supplyAsync(() -> template.requestBody("direct:" + route, "question", InputStream.class))
                .orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void wordsAndSoundOfATurnWhileTheyArrive() throws Exception {
        InputStream words = streamed("streamedText");
        send(asked(1), TURN);
        assertThat(new String(words.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("Good morning");

        InputStream sound = streamed("streamedAudio");
        send(asked(2), audio(), audio(), TURN_COMPLETE);

        assertThat(sound.readAllBytes()).isEqualTo(new byte[]{ 1, 2, 3, 4, 1, 2, 3, 4 });
    }

    @Test
    void aTurnAsServerSentEvents() throws Exception {
        CompletableFuture<Exchange> exchange = template.asyncSend("direct:sse", out -> out.getMessage().setBody("question"));
        RecordedSession session = asked(1);
        assertThat(contentType(done(exchange))).isEqualTo("text/event-stream");
        InputStream events = exchange.join().getMessage().getBody(InputStream.class);

        send(session, TURN);

        assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("""
                event: inputTranscript
                data: hello

                event: outputTranscript
                data: Good\s

                event: outputTranscript
                data: morning

                event: toolCall
                data: {"id":"c1","args":{},"name":"clock"}

                event: interrupted
                data: {}

                event: grounding
                data: {"webSearchQueries":["q"]}

                event: usage
                data: {"promptTokenCount":10,"responseTokenCount":20,"totalTokenCount":30}

                event: turnComplete
                data: {"reason":"NEED_MORE_INPUT"}

                """);
    }

    @Test
    void linesOfTextBecomeLinesOfData() throws Exception {
        InputStream events = streamed("sse");

        send(asked(1), text("one\\ntwo\\r\\nthree\\rfour\\n"), TURN_COMPLETE);

        assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(
                "event: text\ndata: one\ndata: two\ndata: three\ndata: four\ndata: \n\nevent: turnComplete\ndata: {}\n\n");
    }

    @Test
    void aTurnThatBreaksOffEndsWithAnErrorThatSaysNothingOfTheService() throws Exception {
        InputStream events = streamed("sse");
        RecordedSession session = asked(1);
        send(session, text("one"));
        assertThat(events.readNBytes("event: text\ndata: one\n\n".length())).hasSize(23);

        session.close(1008, "secret reason").join();

        assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8)).startsWith("event: error\ndata: {\"message\":")
                .contains("\"retriable\":").doesNotContain("secret").endsWith("}\n\n");
        assertThat(events.read()).as("the end, as often as it is asked").isEqualTo(-1);
    }

    /** A client over HTTP has the first words while the model still waits to be told to go on. */
    @Test
    void aClientOverHttpHearsTheFirstWordsBeforeTheTurnHasEnded() throws Exception {
        ExecutorService handlers = Executors.newCachedThreadPool();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(handlers);
        http.createContext("/ask", request -> {
            request.getResponseHeaders().add("Content-Type", "text/event-stream");
            request.sendResponseHeaders(200, 0);
            try (InputStream turn = template.requestBody("direct:sse", "question", InputStream.class);
                    var out = request.getResponseBody()) {
                byte[] buffer = new byte[8_192];
                for (int length = turn.read(buffer); length >= 0; length = turn.read(buffer)) {
                    out.write(buffer, 0, length);
                    out.flush();
                }
            }
        });
        http.start();
        try {
            List<String> lines = new CopyOnWriteArrayList<>();
            CompletableFuture<HttpResponse<Void>> response = HttpClient.newHttpClient().sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/ask")).build(),
                    HttpResponse.BodyHandlers.fromLineSubscriber(new Lines(lines::add)));
            RecordedSession session = asked(1);
            send(session, text("one"));

            await().atMost(PATIENCE).until(() -> lines.contains("data: one"));
            assertThat(response).isNotDone();
            send(session, text("two"), TURN_COMPLETE);

            assertThat(done(response).statusCode()).isEqualTo(200);
            assertThat(lines).containsSequence("data: two", "", "event: turnComplete", "data: {}");
        } finally {
            http.stop(0);
            handlers.shutdownNow();
        }
    }

    /** Takes lines as they come. */
    private record Lines(Consumer<String> target) implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            target.accept(line);
        }

        @Override
        public void onError(Throwable failure) {
            target.accept("failed: " + failure);
        }

        @Override
        public void onComplete() {
            // the response tells
        }
    }

    /** Camel caches streams for the steps that follow: the next step comes when the turn is over. */
    @Test
    void withoutStreamCachingAStepAfterTheConversionComesBeforeTheTurnHasEnded() throws Exception {
        List<String> steps = new CopyOnWriteArrayList<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:cached").to("genai-live:gemini-3.8-live?response=stream").convertBodyTo(InputStream.class)
                        .process(exchange -> steps.add("cached"));
                from("direct:notCached").noStreamCaching().to("genai-live:gemini-3.8-live?response=stream&sessionKey=other")
                        .convertBodyTo(InputStream.class).process(exchange -> steps.add("not cached"));
            }
        });
        CompletableFuture<Exchange> cached = template.asyncSend("direct:cached",
                exchange -> exchange.getMessage().setBody("question"));
        asked(1);
        CompletableFuture<Exchange> notCached = template.asyncSend("direct:notCached",
                exchange -> exchange.getMessage().setBody("question"));

        done(notCached);
        assertThat(steps).containsExactly("not cached");
        send(session(1), text("one"), TURN_COMPLETE);

        done(cached);
        assertThat(steps).containsExactly("not cached", "cached");
        assertThat(cached.join().getMessage().getBody(String.class)).isEqualTo("one");
        assertThat(notCached.join().getMessage().getBody()).isInstanceOf(TurnInputStream.class);
    }
}
