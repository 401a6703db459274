package dev.camelgenai.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;

/**
 * One WebSocket connection as the server saw it, and the handle to act on it while it is open. Thread-safe. The record stays
 * readable after the session and after the emulator has ended; actions on a session that has ended fail their future.
 */
public final class RecordedSession {

    private final int number;
    private final String id = UUID.randomUUID().toString();
    private final String path;
    private final UpgradePath parsed;
    private final Map<String, List<String>> headers;
    private final Credential credential;
    private final int maxMessages;

    private final Awaiting state = new Awaiting();
    private final List<RecordedMessage> messages = new ArrayList<>();
    private JsonNode setup;
    private long received;
    private long pings;
    private boolean open = true;
    private RecordedClose clientClose;
    private RecordedClose serverClose;
    private String serverCloseDetail;

    private final LiveSession session;

    RecordedSession(int number, String path, UpgradePath parsed, Map<String, List<String>> headers, Credential credential,
            int maxMessages, LiveSession session) {
        this.number = number;
        this.path = path;
        this.parsed = parsed;
        this.headers = headers;
        this.credential = credential;
        this.maxMessages = maxMessages;
        this.session = session;
    }

    /** 1 for the first session of the emulator, and so on in the order of the upgrades. */
    public int number() {
        return number;
    }

    /** A UUID; Vertex AI clients get it in their {@code setupComplete}. */
    public String id() {
        return id;
    }

    /** Which service the client asked for. */
    public EmulatedService service() {
        return parsed.service();
    }

    /** The API version in the path. */
    public String apiVersion() {
        return parsed.version();
    }

    /** Whether the client used the method for ephemeral tokens. */
    public boolean constrained() {
        return parsed.constrained();
    }

    /** The path of the upgrade as sent, without the query. */
    public String path() {
        return path;
    }

    /** How the credential was presented. */
    public CredentialForm credentialForm() {
        return credential.form();
    }

    /** The bare key or token; empty if there was none. */
    public String credential() {
        return credential.value();
    }

    /** All headers of the upgrade, with lower-case names, credentials included. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** The first value of a header of the upgrade. */
    public Optional<String> header(String name) {
        return headers.entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> header.getValue().get(0)).findFirst();
    }

    /** The content of {@code setup} as sent, as soon as it has arrived, accepted or not. Do not modify. */
    public Optional<JsonNode> setup() {
        return state.read(() -> Optional.ofNullable(setup));
    }

    /** {@code setup.model} as sent. */
    public Optional<String> model() {
        return setup().map(sent -> sent.path("model").asText("")).filter(model -> !model.isEmpty());
    }

    /** The messages after the setup in order of arrival, a snapshot. The first {@code recordMessages} only. */
    public List<RecordedMessage> messages() {
        return state.read(() -> List.copyOf(messages));
    }

    /** How many messages have arrived after the setup, those too many for the record included. */
    public long messageCount() {
        return state.read(() -> received);
    }

    /** How many protocol pings the client has sent. */
    public long pingCount() {
        return state.read(() -> pings);
    }

    /** Whether the connection is open. */
    public boolean isOpen() {
        return state.read(() -> open);
    }

    /** The Close frame that came from the client, be it its own or its answer to ours. */
    public Optional<RecordedClose> clientClose() {
        return state.read(() -> Optional.ofNullable(clientClose));
    }

    /** The Close frame that the emulator began the closing with. */
    public Optional<RecordedClose> serverClose() {
        return state.read(() -> Optional.ofNullable(serverClose));
    }

    /** Why the emulator closed, in plainer words than the service's. */
    public Optional<String> serverCloseDetail() {
        return state.read(() -> Optional.ofNullable(serverCloseDetail));
    }

    /**
     * Waits for the setup.
     *
     * @throws AwaitTimeoutException if it does not come in time
     */
    public JsonNode awaitSetup(Duration timeout) {
        return state.await(() -> setup != null, timeout, () -> setup, () -> "Session " + number + " got no setup");
    }

    /**
     * Waits until at least {@code n} messages have arrived after the setup.
     *
     * @return the messages so far
     * @throws AwaitTimeoutException if they do not come in time
     */
    public List<RecordedMessage> awaitMessages(long n, Duration timeout) {
        return state.await(() -> received >= n, timeout, () -> List.copyOf(messages),
                () -> "Session " + number + " got " + received + " of " + n + " messages" + (open ? "" : " and was closed"));
    }

    /**
     * Waits until the client has sent at least {@code n} protocol pings.
     *
     * @throws AwaitTimeoutException if they do not come in time
     */
    public void awaitPings(long n, Duration timeout) {
        state.await(() -> pings >= n, timeout, () -> null, () -> "Session " + number + " got " + pings + " of " + n + " pings");
    }

    /**
     * Waits until the connection has ended.
     *
     * @return this
     * @throws AwaitTimeoutException if it stays open
     */
    public RecordedSession awaitClosed(Duration timeout) {
        return state.await(() -> !open, timeout, () -> this, () -> "Session " + number + " was not closed");
    }

    /**
     * Sends a message of the server as it is, behind everything that waits to be sent, in the emulator's frame type. Ids of
     * function calls in it are remembered, so that the client may answer them.
     *
     * @return completes when the socket took it; fails if the session has ended or its client does not read
     */
    public CompletableFuture<Void> send(JsonNode message) {
        return send(message.toString());
    }

    /** As {@link #send(JsonNode)}, with text that may as well be no JSON. */
    public CompletableFuture<Void> send(String message) {
        return session.sendRaw(message, null, 1);
    }

    /** As {@link #send(String)}, in frames of the given type. */
    public CompletableFuture<Void> send(String message, FrameType type) {
        return session.sendRaw(message, type, 1);
    }

    /**
     * As {@link #send(String)}, cut into that many frames, without regard to character boundaries.
     *
     * @param fragments at least 1; a short message has no more fragments than bytes
     */
    public CompletableFuture<Void> sendFragmented(String message, int fragments) {
        return session.sendRaw(message, null, fragments);
    }

    /**
     * Begins the closing handshake. What still waits to be sent is dropped.
     *
     * @param code   a code that may be sent: 1000 to 1014 but 1004 to 1006, or 3000 to 4999
     * @param reason cut to 123 bytes of UTF-8
     */
    public CompletableFuture<Void> close(int code, String reason) {
        LiveSession.requireSendable(code);
        return session.execute(() -> session.close(code, reason, "asked for by the test"));
    }

    /** Closes the TCP connection without a Close frame, and without TLS's own farewell. */
    public CompletableFuture<Void> dropTcp() {
        return session.execute(session::dropTcp);
    }

    /**
     * Sends a protocol ping.
     *
     * @return completes with the time until the pong; fails when the session ends
     */
    public CompletableFuture<Duration> ping() {
        return session.ping();
    }

    /** Stops reading from the socket; TCP then holds the client up. Its pings and its close are not noticed either. */
    public CompletableFuture<Void> stopReading() {
        return session.execute(() -> session.pause(LiveSession.Pause.ASKED));
    }

    /** Goes on reading. */
    public CompletableFuture<Void> resumeReading() {
        return session.execute(() -> session.resume(LiveSession.Pause.ASKED));
    }

    /** Number, service and state; nothing secret. */
    @Override
    public String toString() {
        return state.read(() -> "RecordedSession[" + number + ", " + parsed.service() + ", messages=" + received + ", "
                + (open ? "open" : "closed") + ']');
    }

    LiveSession session() {
        return session;
    }

    void onSetup(JsonNode sent) {
        state.change(() -> setup = sent);
    }

    /** Records a message and gives back its number. */
    long onMessage(String kind, JsonNode json) {
        Instant now = Instant.now();
        long[] n = new long[1];
        state.change(() -> {
            n[0] = ++received;
            if (messages.size() < maxMessages) {
                messages.add(new RecordedMessage(received, now, kind, json));
            }
        });
        return n[0];
    }

    void onPing() {
        state.change(() -> pings++);
    }

    void onClientClose(RecordedClose close) {
        state.change(() -> clientClose = close);
    }

    void onServerClose(RecordedClose close, String detail) {
        state.change(() -> {
            serverClose = close;
            serverCloseDetail = detail;
        });
    }

    void onClosed() {
        state.change(() -> open = false);
    }
}
