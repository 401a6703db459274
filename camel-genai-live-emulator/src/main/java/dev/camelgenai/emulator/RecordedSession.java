package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One WebSocket connection as the server saw it, and the handle to act on it while it is open. Thread-safe. The record stays
 * readable after the session and after the emulator has ended; actions on a session that has ended fail their future.
 */
public interface RecordedSession {

    /** 1 for the first session of the emulator, and so on in the order of the upgrades. */
    int number();

    /** A UUID; Vertex AI clients get it in their {@code setupComplete}. */
    String id();

    /** Which service the client asked for. */
    EmulatedService service();

    /** The API version in the path. */
    String apiVersion();

    /** Whether the client used the method for ephemeral tokens. */
    boolean constrained();

    /** The path of the upgrade as sent, without the query. */
    String path();

    /** How the credential was presented. */
    CredentialForm credentialForm();

    /** The bare key or token; empty if there was none. */
    String credential();

    /** All headers of the upgrade, with lower-case names, credentials included. */
    Map<String, List<String>> headers();

    /** The first value of a header of the upgrade. */
    Optional<String> header(String name);

    /** The content of {@code setup} as sent, as soon as it has arrived, accepted or not. Do not modify. */
    Optional<JsonNode> setup();

    /** {@code setup.model} as sent. */
    Optional<String> model();

    /** The messages after the setup in order of arrival, a snapshot. The first {@code recordMessages} only. */
    List<RecordedMessage> messages();

    /** What the client has written, in order: the {@link RecordedMessage#text() texts} of its messages, without the empty ones. */
    default List<String> texts() {
        return messages().stream().map(RecordedMessage::text).filter(text -> !text.isEmpty()).toList();
    }

    /** The sound that the client has sent, joined, pauses included; PCM as {@link RecordedMessage#mimeType()} tells. */
    default byte[] audio() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        messages().forEach(message -> all.writeBytes(message.audio()));
        return all.toByteArray();
    }

    /** The last message that is kept. */
    default Optional<RecordedMessage> lastMessage() {
        List<RecordedMessage> messages = messages();
        return messages.isEmpty() ? Optional.empty() : Optional.of(messages.get(messages.size() - 1));
    }

    /** How many messages have arrived after the setup, those too many for the record included. */
    long messageCount();

    /** How many protocol pings the client has sent. */
    long pingCount();

    /** Whether the connection is open. */
    boolean isOpen();

    /** The Close frame that came from the client, be it its own or its answer to ours. */
    Optional<RecordedClose> clientClose();

    /** The Close frame that the emulator began the closing with. */
    Optional<RecordedClose> serverClose();

    /** Why the emulator closed, in plainer words than the service's. */
    Optional<String> serverCloseDetail();

    /**
     * Waits for the setup.
     *
     * @throws AwaitTimeoutException if it does not come in time
     */
    JsonNode awaitSetup(Duration timeout);

    /**
     * Waits until at least {@code n} messages have arrived after the setup.
     *
     * @return the messages so far
     * @throws AwaitTimeoutException if they do not come in time
     */
    List<RecordedMessage> awaitMessages(long n, Duration timeout);

    /**
     * Waits for a message, among those that have arrived already and those that come and are kept.
     *
     * @param wanted short, does not block; is asked once about each message
     * @return the first that is wanted
     * @throws AwaitTimeoutException if it does not come in time
     */
    RecordedMessage awaitMessage(Predicate<? super RecordedMessage> wanted, Duration timeout);

    /**
     * Waits until the client has sent at least {@code n} protocol pings.
     *
     * @throws AwaitTimeoutException if they do not come in time
     */
    void awaitPings(long n, Duration timeout);

    /**
     * Waits until the connection has ended.
     *
     * @return this
     * @throws AwaitTimeoutException if it stays open
     */
    RecordedSession awaitClosed(Duration timeout);

    /**
     * Sends a message of the server as it is, behind everything that waits to be sent, in the emulator's frame type. Ids of
     * function calls in it are remembered, so that the client may answer them.
     *
     * @return completes when the socket took it; fails if the session has ended or its client does not read
     */
    CompletableFuture<Void> send(JsonNode message);

    /** As {@link #send(JsonNode)}, with text that may as well be no JSON. */
    CompletableFuture<Void> send(String message);

    /** As {@link #send(String)}, in frames of the given type. */
    CompletableFuture<Void> send(String message, FrameType type);

    /**
     * As {@link #send(String)}, cut into that many frames, without regard to character boundaries.
     *
     * @param fragments at least 1; a short message has no more fragments than bytes
     */
    CompletableFuture<Void> sendFragmented(String message, int fragments);

    /**
     * Begins the closing handshake. What still waits to be sent is dropped.
     *
     * @param code   a code that may be sent: 1000 to 1014 but 1004 to 1006, or 3000 to 4999
     * @param reason cut to 123 bytes of UTF-8
     */
    CompletableFuture<Void> close(int code, String reason);

    /** Closes the TCP connection without a Close frame, and without TLS's own farewell. */
    CompletableFuture<Void> dropTcp();

    /**
     * Sends a protocol ping.
     *
     * @return completes with the time until the pong; fails when the session ends
     */
    CompletableFuture<Duration> ping();

    /** Stops reading from the socket; TCP then holds the client up. Its pings and its close are not noticed either. */
    CompletableFuture<Void> stopReading();

    /** Goes on reading. */
    CompletableFuture<Void> resumeReading();

    /**
     * Tells the client that the connection is about to end, and ends it when the time is over, as the service does: 1011
     * "Deadline expired before operation could complete." on the Developer API, 1000 "The operation was cancelled." on Vertex
     * AI.
     *
     * @param timeLeft by the clock of the emulator
     */
    CompletableFuture<Void> goAway(Duration timeLeft);

    /** What the user has said in audio, in order: where speech was detected, or where the client marked it. A snapshot. */
    List<Activity> activities();

    /**
     * Waits until that many activities have ended.
     *
     * @return the activities so far
     * @throws AwaitTimeoutException if they do not come in time
     */
    List<Activity> awaitActivities(int ended, Duration timeout);

    /** How many video frames have arrived. */
    long videoFrames();

    /** How often the client has interrupted the model. */
    long interruptions();

    /** How often the context was compressed. */
    long compressions();

    /**
     * An activity of the user.
     *
     * @param start where the speech began, in the audio that the session has received
     * @param end   where it ended; empty while it goes on
     */
    record Activity(Duration start, Optional<Duration> end) {
    }
}
