package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The JDK's own WebSocket, so that the emulator is not tested with the code it is there to test. */
final class TestClient implements WebSocket.Listener {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final String DEVELOPER = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
    static final String VERTEX = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";
    static final ObjectMapper JSON = new ObjectMapper();

    /** The code for an end without a Close frame. */
    private static final int LOST = 1006;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** One message of the server. */
    record Received(JsonNode json, FrameType type, int frames) {
    }

    private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<RecordedClose> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean owed = new AtomicBoolean();
    private int frames;
    private WebSocket socket;

    private TestClient() {
    }

    static TestClient connect(String url, String... headers) {
        return connect(HTTP, url, headers);
    }

    static TestClient connect(HttpClient http, String url, String... headers) {
        TestClient client = new TestClient();
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(TIMEOUT);
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        client.socket = builder.buildAsync(URI.create(url), client).join();
        return client;
    }

    /** A session of the Developer API whose setup has these fields besides the model. */
    static TestClient open(GenAiLiveEmulator emulator, String setupFields) {
        TestClient client = connect(emulator.wsUrl() + DEVELOPER);
        client.send(setup(setupFields));
        assertThat(client.next().json().has("setupComplete")).isTrue();
        return client;
    }

    static String setup(String fields) {
        return json("{'setup':{'model':'models/gemini-live-test'" + (fields.isEmpty() ? "" : "," + fields) + "}}");
    }

    /** JSON with single quotes for the eye. */
    static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    static String audio(byte[] pcm, int rate) {
        return json("{'realtime_input':{'audio':{'mimeType':'audio/pcm;rate=" + rate + "','data':'"
                + Base64.getEncoder().encodeToString(pcm) + "'}}}");
    }

    TestClient send(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    WebSocket socket() {
        return socket;
    }

    Received next() {
        try {
            Received next = received.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(next).as("a message within " + TIMEOUT).isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** All messages up to and with the one that has {@code turnComplete}. */
    List<JsonNode> turn() {
        List<JsonNode> turn = new ArrayList<>();
        do {
            turn.add(next().json());
        } while (!turn.get(turn.size() - 1).at("/serverContent/turnComplete").asBoolean());
        return turn;
    }

    static String textOf(List<JsonNode> turn) {
        StringBuilder text = new StringBuilder();
        turn.forEach(message -> text.append(message.at("/serverContent/modelTurn/parts/0/text").asText("")));
        return text.toString();
    }

    static String outputTranscriptOf(List<JsonNode> turn) {
        StringBuilder text = new StringBuilder();
        turn.forEach(message -> text.append(message.at("/serverContent/outputTranscription/text").asText("")));
        return text.toString();
    }

    static byte[] audioOf(List<JsonNode> turn) {
        ByteArrayOutputStream pcm = new ByteArrayOutputStream();
        turn.forEach(message -> pcm.writeBytes(
                Base64.getDecoder().decode(message.at("/serverContent/modelTurn/parts/0/inlineData/data").asText(""))));
        return pcm.toByteArray();
    }

    /** How many messages have come so far. */
    int receivedCount() {
        return count.get();
    }

    /** Whether the next thing is a message with that field, and not the end of the session. */
    boolean answeredWith(String field) {
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> next().json().has(field));
        return CompletableFuture.anyOf(answer, closed).thenApply(Boolean.TRUE::equals).join();
    }

    boolean hasReceived() {
        return !received.isEmpty();
    }

    /**
     * Waits for the Close frame, and fails without one. A lost connection is for {@link RawConnection#isLost}: one that ends while
     * the JDK's client hands over a message fails with an {@code InternalError} in there, and no listener is told.
     */
    RecordedClose awaitClose() {
        try {
            RecordedClose close = closed.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(close.code()).as("code of %s", close).isNotEqualTo(LOST);
            return close;
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no Close frame: " + e, e);
        }
    }

    @Override
    public void onOpen(WebSocket webSocket) {
        webSocket.request(1);
    }

    /** Takes one more frame at most. */
    void stopReading() {
        stopped.set(true);
    }

    void goOnReading() {
        stopped.set(false);
        if (owed.getAndSet(false)) {
            socket.request(1);
        }
    }

    private void demandNext(WebSocket webSocket) {
        owed.set(true);
        if (!stopped.get() && owed.getAndSet(false)) {
            webSocket.request(1);
        }
    }

    @Override
    public CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
        demandNext(webSocket);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        demandNext(webSocket);
        return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        return onData(webSocket, data.toString().getBytes(StandardCharsets.UTF_8), last, FrameType.TEXT);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return onData(webSocket, bytes, last, FrameType.BINARY);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(new RecordedClose(statusCode, reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(new RecordedClose(LOST, error.toString()));
    }

    private CompletionStage<?> onData(WebSocket webSocket, byte[] bytes, boolean last, FrameType type) {
        partial.writeBytes(bytes);
        frames++;
        if (last) {
            try {
                count.incrementAndGet();
                received.add(new Received(JSON.readTree(partial.toByteArray()), type, frames));
            } catch (IOException e) {
                closed.completeExceptionally(e);
            }
            partial.reset();
            frames = 0;
        }
        demandNext(webSocket);
        return null;
    }
}
