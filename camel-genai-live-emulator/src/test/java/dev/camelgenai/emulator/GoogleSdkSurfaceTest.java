package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.JsonSerializable;
import com.google.genai.types.AutomaticActivityDetection;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.RealtimeInputConfig;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.emulator.GoogleJavaSdk.Session;
import dev.camelgenai.emulator.SurfaceTable.Leaf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static dev.camelgenai.emulator.GoogleJavaSdk.MODEL;
import static dev.camelgenai.emulator.GoogleJavaSdk.get;
import static dev.camelgenai.emulator.SurfaceTable.SAME;
import static dev.camelgenai.emulator.SurfaceTable.difference;
import static dev.camelgenai.emulator.TestClient.JSON;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that the types of Google's Java SDK can express, one field at a time and on both services: what the SDK makes of it,
 * and what the emulator says to that. The fields are found by reflection; what is expected is in
 * {@code src/test/resources/google-java-sdk}, so that a new SDK shows there what is new.
 */
class GoogleSdkSurfaceTest {

    private static final Path EXPECTED = Path.of("src/test/resources/google-java-sdk").toAbsolutePath();
    private static final Path ACTUAL = Path.of("target/google-java-sdk").toAbsolutePath();
    private static final LiveConnectConfig MANUAL = LiveConnectConfig.builder()
            .realtimeInputConfig(RealtimeInputConfig.builder()
                    .automaticActivityDetection(AutomaticActivityDetection.builder().disabled(true).build()).build())
            .build();

    private static GenAiLiveEmulator emulator;
    private static GoogleJavaSdk sdk;
    private static final Map<EmulatedService, Client> CLIENTS = new EnumMap<>(EmulatedService.class);

    /** Sessions that have taken all that was sent so far. */
    private final Map<String, Session> open = new HashMap<>();

    @BeforeAll
    static void start() {
        emulator = GoogleJavaSdk.emulator().start();
        sdk = new GoogleJavaSdk(emulator);
        for (EmulatedService service : EmulatedService.values()) {
            CLIENTS.put(service, sdk.client(service));
        }
    }

    @AfterAll
    static void end() {
        sdk.close();
        emulator.close();
    }

    @TestFactory
    Stream<DynamicTest> givenTheConfig_whenConnectingWithEachOfItsFields_thenTheSetupHasIt() throws IOException {
        return table(LiveConnectConfig.class,
                Map.of("voiceName", "Kore", "triggerTokens", 1000L, "targetTokens", 500L, "role",
                        "user"),
                (service, leaf) -> connecting(service, leaf));
    }

    @TestFactory
    Stream<DynamicTest> givenClientContent_whenSendingEachOfItsFields_thenTheMessageHasIt() throws IOException {
        return table(LiveSendClientContentParameters.class, Map.of("role", "user"),
                (service, leaf) -> () -> sending(service, false, leaf.value(),
                        session -> session.sendClientContent(leaf.value())));
    }

    @TestFactory
    Stream<DynamicTest> givenRealtimeInput_whenSendingEachOfItsFields_thenTheMessageHasIt() throws IOException {
        return table(LiveSendRealtimeInputParameters.class, Map.of("mimeType", "image/jpeg", "audio.mimeType", "audio/pcm"),
                (service, leaf) -> () -> {
                    if (leaf.path().equals("activityEnd")) {
                        assertThat(session(service, true).startActivity().isHealthy()).isTrue();
                    }
                    return sending(service, leaf.path().startsWith("activity"), leaf.value(),
                            session -> session.sendRealtimeInput(leaf.value()));
                });
    }

    @TestFactory
    Stream<DynamicTest> givenToolResponses_whenSendingEachOfTheirFields_thenTheMessageHasIt() throws IOException {
        return table(LiveSendToolResponseParameters.class, Map.of("id", "c1", "name", "f"),
                (service, leaf) -> () -> sending(service, false, leaf.value(),
                        session -> session.sendToolResponse(leaf.value())));
    }

    @TestFactory
    Stream<DynamicTest> givenAServerMessage_whenEachOfItsFieldsArrives_thenTheSdkHandsItOver() throws IOException {
        Map<EmulatedService, Session> sessions = new EnumMap<>(EmulatedService.class);
        CLIENTS.forEach((service, client) -> sessions.put(service, sdk.connect(client, MODEL, null)));
        return table(LiveServerMessage.class, Map.of(), (service, leaf) -> () -> {
            String binary = receiving(sessions.get(service), tree(leaf.value()), FrameType.BINARY);
            String text = receiving(sessions.get(service), tree(leaf.value()), FrameType.TEXT);
            assertThat(text).as("%s in a text frame", leaf).isEqualTo(binary);
            return binary;
        });
    }

    private static <T> Stream<DynamicTest> table(Class<T> type, Map<String, Object> choices,
            BiFunction<EmulatedService, Leaf<T>, Supplier<String>> outcome) throws IOException {
        String file = type.getSimpleName() + ".txt";
        return new SurfaceTable(EXPECTED.resolve(file), ACTUAL.resolve(file)).tests(SdkSamples.of(type, choices), outcome);
    }

    private static JsonNode tree(JsonSerializable value) {
        try {
            return JSON.readTree(value.toJson());
        } catch (IOException e) {
            throw new IllegalStateException("Google's SDK has written no JSON", e);
        }
    }

    private static Supplier<String> connecting(EmulatedService service, Leaf<LiveConnectConfig> leaf) {
        LiveConnectConfig config = leaf.path().equals("sessionResumption.handle") ? resuming(service) : leaf.value();
        int number = emulator.sessions().size();
        CompletableFuture<AsyncSession> connecting;
        try {
            connecting = CLIENTS.get(service).async.live.connect(MODEL, config);
        } catch (IllegalArgumentException e) {
            return () -> "the SDK refuses: " + e.getMessage();
        }
        RecordedSession recorded = emulator.awaitSessions(number + 1, TIMEOUT).get(number);
        return () -> connected(config, connecting, recorded);
    }

    private static String connected(LiveConnectConfig config, CompletableFuture<AsyncSession> connecting,
            RecordedSession recorded) {
        ObjectNode setup = recorded.awaitSetup(TIMEOUT).deepCopy();
        if (!isAccepted(recorded)) {
            return closed(recorded);
        }
        get(get(connecting).close());
        setup.remove("model");
        return difference(tree(config), JSON.createObjectNode().set("setup", setup));
    }

    private String sending(EmulatedService service, boolean manual, JsonSerializable parameters,
            Function<AsyncSession, CompletableFuture<Void>> send) {
        Session session = session(service, manual);
        RecordedSession recorded = session.recorded();
        recorded.send("{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"f\"}]}}").join();
        int number = recorded.messages().size();
        try {
            get(send.apply(session.sdk()));
        } catch (IllegalArgumentException e) {
            return "the SDK refuses: " + e.getMessage();
        }
        JsonNode sent = recorded.awaitMessages(number + 1L, TIMEOUT).get(number).json();
        if (!isAccepted(recorded)) {
            open.values().remove(session);
            return closed(recorded);
        }
        return difference(tree(parameters), sent);
    }

    private Session session(EmulatedService service, boolean manual) {
        return open.computeIfAbsent(service + (manual ? " manual" : ""),
                missing -> sdk.connect(CLIENTS.get(service), MODEL, manual ? MANUAL : null));
    }

    private static boolean isAccepted(RecordedSession recorded) {
        return recorded.ping().handle((time, e) -> e == null).join();
    }

    private static String closed(RecordedSession recorded) {
        RecordedClose close = recorded.serverClose().orElseThrow();
        return "closed with " + close.code() + ' ' + close.reason();
    }

    private static String receiving(Session session, JsonNode message, FrameType type) {
        session.recorded().send(message.toString(), type);
        session.recorded().send("{\"goAway\":{\"timeLeft\":\"11s\"}}", type);
        LiveServerMessage first = session.next();
        if (isSentinel(first)) {
            return "the SDK loses it";
        }
        assertThat(isSentinel(session.next())).isTrue();
        JsonNode received = tree(first);
        return received.equals(message) ? SAME : difference(message, received);
    }

    private static boolean isSentinel(LiveServerMessage message) {
        return message.goAway().flatMap(goAway -> goAway.timeLeft()).filter(time -> time.toSeconds() == 11).isPresent();
    }

    /** With a handle that the emulator knows. */
    private static LiveConnectConfig resuming(EmulatedService service) {
        Session session = sdk.connect(CLIENTS.get(service), MODEL, LiveConnectConfig.builder()
                .sessionResumption(SessionResumptionConfig.builder().build()).build());
        session.say("Hello").turn();
        String handle = session.next(LiveServerMessage::sessionResumptionUpdate).newHandle().orElseThrow();
        session.close();
        session.recorded().awaitClosed(TIMEOUT);
        return LiveConnectConfig.builder().sessionResumption(SessionResumptionConfig.builder().handle(handle).build()).build();
    }
}
