package dev.camelgenai.examples.voiceassistant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The page of a visitor without a browser: what it sends and, in order, what it gets. */
final class TestPage implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final WebSocket socket;

    /** In the order in which it came. */
    sealed interface Received {
    }

    record Sound(long generation, byte[] pcm) implements Received {
    }

    record Json(JsonNode message) implements Received {

        String type() {
            return message.path("type").asText();
        }
    }

    record Close(int code, String reason) {
    }

    private TestPage(URI server, String origin, boolean reading) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(PATIENCE);
        if (origin != null) {
            builder.header("Origin", origin);
        }
        socket = builder.buildAsync(URI.create(server.toString().replaceFirst("^http", "ws")).resolve("/live"),
                new Listener(reading)).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Connects and waits until the live session is open. */
    static TestPage open(URI server) {
        TestPage page = connect(server, origin(server));
        page.awaitMessage("session", message -> "opened".equals(message.path("event").asText()));
        return page;
    }

    /**
     * @param  origin                                   as the browser tells it, {@code null} for none
     * @throws java.util.concurrent.CompletionException when the server refuses
     */
    static TestPage connect(URI server, String origin) {
        return new TestPage(server, origin, true);
    }

    /** Takes nothing of what it is sent until {@link #read()}. */
    static TestPage connectAndReadNothing(URI server) {
        return new TestPage(server, origin(server), false);
    }

    static String origin(URI server) {
        return server.getScheme() + "://" + server.getAuthority();
    }

    private final class Listener implements WebSocket.Listener {

        private final boolean reading;
        private final StringBuilder text = new StringBuilder();
        private byte[] binary = new byte[0];

        Listener(boolean reading) {
            this.reading = reading;
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (reading) {
                opened.request(1);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket sender, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received.add(new Json(parse(text.toString())));
                text.setLength(0);
            }
            sender.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket sender, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            binary = Speech.joined(binary, part);
            if (last) {
                received.add(sound(binary));
                binary = new byte[0];
            }
            sender.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket sender, int code, String reason) {
            closed.complete(new Close(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket sender, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sound sound(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(buffer.getInt()).isEqualTo(1);
        long generation = Integer.toUnsignedLong(buffer.getInt());
        byte[] pcm = new byte[buffer.remaining()];
        buffer.get(pcm);
        return new Sound(generation, pcm);
    }

    void read() {
        socket.request(1);
    }

    void speak(byte[] pcm) {
        Speech.chunks(pcm).forEach(this::sendSound);
    }

    void sendSound(byte[] message) {
        socket.sendBinary(ByteBuffer.wrap(message), true).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** As {@link #sendSound}, where the server may end the connection while the page still sends. */
    void sendSoundUntilClosed(byte[] message) {
        socket.sendBinary(ByteBuffer.wrap(message), true).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .handle((done, failure) -> failure).thenAccept(failure -> {
                    if (failure != null) {
                        assertThat(failure instanceof CompletionException ? failure.getCause() : failure)
                                .isInstanceOf(IOException.class);
                    }
                }).join();
    }

    void write(String text) {
        send(JSON.createObjectNode().put("type", "text").put("text", text).toString());
    }

    void send(String message) {
        socket.sendText(message, true).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    List<Sound> sounds() {
        return received.stream().filter(Sound.class::isInstance).map(Sound.class::cast).toList();
    }

    List<JsonNode> messages(String type) {
        return received.stream().filter(Json.class::isInstance).map(Json.class::cast)
                .filter(message -> message.type().equals(type)).map(Json::message).toList();
    }

    JsonNode awaitMessage(String type) {
        return awaitMessage(type, message -> true);
    }

    /** The first message of this type that is wanted, of those that have come and those that will. */
    JsonNode awaitMessage(String type, Predicate<JsonNode> wanted) {
        await().alias("a message of the type " + type).atMost(PATIENCE)
                .until(() -> messages(type).stream().anyMatch(wanted));
        return messages(type).stream().filter(wanted).findFirst().orElseThrow();
    }

    /** What the user has said, as far as it was heard. */
    String awaitSpeechOfUser() {
        return awaitMessage("transcript", message -> message.path("complete").asBoolean()).path("text").asText();
    }

    /** All that the model says in one turn, which is complete or interrupted; the first that is wanted. */
    String awaitTurn(Predicate<String> wanted) {
        await().alias("a turn of the model").atMost(PATIENCE).until(() -> turns().stream().anyMatch(wanted));
        return turns().stream().filter(wanted).findFirst().orElseThrow();
    }

    private List<String> turns() {
        List<String> turns = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        received.stream().filter(Json.class::isInstance).map(Json.class::cast).forEach(json -> {
            switch (json.type()) {
                case "transcript" -> {
                    if ("model".equals(json.message().path("role").asText())) {
                        words.append(json.message().path("text").asText());
                    }
                }
                case "turnComplete", "interrupted" -> {
                    turns.add(words.toString());
                    words.setLength(0);
                }
                default -> {
                }
            }
        });
        return turns;
    }

    void awaitSound() {
        await().alias("sound").atMost(PATIENCE).until(() -> !sounds().isEmpty());
    }

    Close awaitClose() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** As a browser does when the page is left. */
    @Override
    public void close() {
        socket.abort();
    }
}
