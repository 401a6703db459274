package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.CredentialForm;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.FrameType;
import dev.camelgenai.emulator.RecordedClose;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;

/** The record of one session. Thread-safe; keeps no more than the first {@code maxMessages} messages, and of those what the
 * registry has room for. */
final class SessionRecord implements RecordedSession {

    private static final int MAX_ACTIVITIES = 10_000;
    /** About what a message takes besides its text. */
    private static final int MESSAGE_BYTES = 512;

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
    private final List<Activity> activities = new ArrayList<>();
    private long videoFrames;
    private long interruptions;
    private long compressions;
    private long pings;
    private boolean open = true;
    private RecordedClose clientClose;
    private RecordedClose serverClose;
    private String serverCloseDetail;

    /** Until the connection is gone: records are kept for long, and what a session holds is large. */
    private volatile LiveSession session;
    private long bytes;
    private boolean forgotten;

    SessionRecord(int number, String path, UpgradePath parsed, Map<String, List<String>> headers, Credential credential,
            int maxMessages, LiveSession session) {
        this.number = number;
        this.path = path;
        this.parsed = parsed;
        this.headers = headers;
        this.credential = credential;
        this.maxMessages = maxMessages;
        this.session = session;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public EmulatedService service() {
        return parsed.service();
    }

    @Override
    public String apiVersion() {
        return parsed.version();
    }

    @Override
    public boolean constrained() {
        return parsed.constrained();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public CredentialForm credentialForm() {
        return credential.form();
    }

    @Override
    public String credential() {
        return credential.value();
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
    }

    @Override
    public Optional<String> header(String name) {
        return headers.entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> header.getValue().get(0)).findFirst();
    }

    @Override
    public Optional<JsonNode> setup() {
        return state.read(() -> Optional.ofNullable(setup));
    }

    @Override
    public Optional<String> model() {
        return setup().map(sent -> sent.path("model").asText("")).filter(model -> !model.isEmpty());
    }

    @Override
    public List<RecordedMessage> messages() {
        return state.read(() -> List.copyOf(messages));
    }

    @Override
    public long messageCount() {
        return state.read(() -> received);
    }

    @Override
    public long pingCount() {
        return state.read(() -> pings);
    }

    @Override
    public boolean isOpen() {
        return state.read(() -> open);
    }

    @Override
    public Optional<RecordedClose> clientClose() {
        return state.read(() -> Optional.ofNullable(clientClose));
    }

    @Override
    public Optional<RecordedClose> serverClose() {
        return state.read(() -> Optional.ofNullable(serverClose));
    }

    @Override
    public Optional<String> serverCloseDetail() {
        return state.read(() -> Optional.ofNullable(serverCloseDetail));
    }

    @Override
    public JsonNode awaitSetup(Duration timeout) {
        return state.await(() -> setup != null, timeout, () -> setup, () -> "Session " + number + " got no setup");
    }

    @Override
    public List<RecordedMessage> awaitMessages(long n, Duration timeout) {
        return state.await(() -> received >= n, timeout, () -> List.copyOf(messages),
                () -> "Session " + number + " got " + received + " of " + n + " messages" + (open ? "" : " and was closed"));
    }

    @Override
    public RecordedMessage awaitMessage(Predicate<? super RecordedMessage> wanted, Duration timeout) {
        AtomicReference<RecordedMessage> found = new AtomicReference<>();
        AtomicInteger seen = new AtomicInteger();
        return state.await(() -> {
            while (found.get() == null && seen.get() < messages.size()) {
                RecordedMessage next = messages.get(seen.getAndIncrement());
                if (wanted.test(next)) {
                    found.set(next);
                }
            }
            return found.get() != null;
        }, timeout, found::get, () -> "Session " + number + " got no such message among " + received
                + (open ? "" : " and was closed"));
    }

    @Override
    public void awaitPings(long n, Duration timeout) {
        state.await(() -> pings >= n, timeout, () -> null, () -> "Session " + number + " got " + pings + " of " + n + " pings");
    }

    @Override
    public RecordedSession awaitClosed(Duration timeout) {
        return state.await(() -> !open, timeout, () -> this, () -> "Session " + number + " was not closed");
    }

    @Override
    public CompletableFuture<Void> send(JsonNode message) {
        return send(message.toString());
    }

    @Override
    public CompletableFuture<Void> send(String message) {
        return ask(open -> open.sendRaw(message, null, 1));
    }

    @Override
    public CompletableFuture<Void> send(String message, FrameType type) {
        return ask(open -> open.sendRaw(message, type, 1));
    }

    @Override
    public CompletableFuture<Void> sendFragmented(String message, int fragments) {
        return ask(open -> open.sendRaw(message, null, fragments));
    }

    @Override
    public CompletableFuture<Void> close(int code, String reason) {
        LiveSession.requireSendable(code);
        return act(session -> {
            session.requireNotEnded();
            session.close(code, reason, "asked for from outside");
        });
    }

    @Override
    public CompletableFuture<Void> dropTcp() {
        return act(session -> {
            requireOpen();
            session.dropTcp();
        });
    }

    @Override
    public CompletableFuture<Duration> ping() {
        return ask(LiveSession::ping);
    }

    @Override
    public CompletableFuture<Void> stopReading() {
        return act(session -> {
            session.requireNotEnded();
            session.pause(LiveSession.Pause.ASKED);
        });
    }

    @Override
    public CompletableFuture<Void> resumeReading() {
        return act(session -> {
            requireOpen();
            session.resume(LiveSession.Pause.ASKED);
        });
    }

    @Override
    public String toString() {
        return state.read(() -> "RecordedSession[" + number + ", " + parsed.service() + ", messages=" + received + ", "
                + (open ? "open" : "closed") + ']');
    }

    void onSetup(JsonNode sent) {
        state.change(() -> setup = sent);
    }

    /** What a message of that size takes in a record. */
    static long weight(int messageBytes) {
        return messageBytes + MESSAGE_BYTES;
    }

    /** Whether one more message may be kept. */
    boolean hasRoom() {
        return state.read(() -> !forgotten && messages.size() < maxMessages);
    }

    /** Nobody finds this record any more; gives back what its messages {@linkplain #weight weigh}, for the last time. */
    long forget() {
        return state.read(() -> {
            long weight = bytes;
            bytes = 0;
            forgotten = true;
            return weight;
        });
    }

    /** Records a message and gives back its number. */
    long onMessage(String kind, JsonNode json, int messageBytes, boolean kept) {
        Instant now = Instant.now();
        long[] n = new long[1];
        state.change(() -> {
            n[0] = ++received;
            if (kept) {
                bytes += weight(messageBytes);
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
        session = null;
        state.change(() -> open = false);
    }

    @Override
    public CompletableFuture<Void> goAway(Duration timeLeft) {
        return act(session -> session.goAway(timeLeft));
    }

    @Override
    public List<Activity> activities() {
        return state.read(() -> List.copyOf(activities));
    }

    @Override
    public List<Activity> awaitActivities(int ended, Duration timeout) {
        return state.await(() -> ended() >= ended, timeout, () -> List.copyOf(activities),
                () -> "Session " + number + " heard " + ended() + " of " + ended + " activities end");
    }

    @Override
    public long videoFrames() {
        return state.read(() -> videoFrames);
    }

    @Override
    public long interruptions() {
        return state.read(() -> interruptions);
    }

    @Override
    public long compressions() {
        return state.read(() -> compressions);
    }

    void onVideoFrame() {
        state.change(() -> videoFrames++);
    }

    void onInterruption() {
        state.change(() -> interruptions++);
    }

    void onCompression() {
        state.change(() -> compressions++);
    }

    void onActivityStart(Duration offset) {
        state.change(() -> {
            if (activities.size() == MAX_ACTIVITIES) {
                activities.remove(0);
            }
            activities.add(new Activity(offset, Optional.empty()));
        });
    }

    void onActivityEnd(Duration offset) {
        state.change(() -> {
            if (!activities.isEmpty()) {
                Activity last = activities.remove(activities.size() - 1);
                activities.add(new Activity(last.start(), Optional.of(offset)));
            }
        });
    }

    private CompletableFuture<Void> act(Consumer<LiveSession> action) {
        return ask(open -> open.execute(() -> action.accept(open)));
    }

    private <T> CompletableFuture<T> ask(Function<LiveSession, CompletableFuture<T>> action) {
        LiveSession open = session;
        return open == null
                ? CompletableFuture.failedFuture(new IllegalStateException("Session " + number + " has ended"))
                : action.apply(open);
    }

    /** Until the connection is gone, and so a while longer than the session, it can be dropped, and read for its farewell. */
    private void requireOpen() {
        if (!isOpen()) {
            throw new IllegalStateException("Session " + number + " has ended");
        }
    }

    private long ended() {
        return activities.stream().filter(activity -> activity.end().isPresent()).count();
    }
}
