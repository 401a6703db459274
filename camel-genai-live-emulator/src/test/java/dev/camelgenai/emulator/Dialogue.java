package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.Scenario;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

/** A client in conversation with an emulator of its own, in which time stands still until the test lets it pass. */
final class Dialogue implements AutoCloseable {

    static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";
    static final String MANUAL = "'realtimeInputConfig':{'automaticActivityDetection':{'disabled':true}}";

    /** No timer of the emulator for audio is finer. */
    private static final Duration GRAIN = Duration.ofMillis(100);

    private final ManualClock clock;
    private final GenAiLiveEmulator emulator;
    private final TestClient client;
    private int sent;

    private Dialogue(GenAiLiveEmulator.Builder builder, ManualClock clock, String path, String model, String setupFields) {
        this.clock = clock;
        emulator = builder.tlsPort(GenAiLiveEmulator.OFF).start();
        client = TestClient.connect(emulator.wsUrl() + path);
        client.send(json("{'setup':{'model':'" + model + "'" + (setupFields.isEmpty() ? "" : "," + setupFields) + "}}"));
        assertThat(client.next().json().has("setupComplete")).isTrue();
    }

    /** All is generated and played at once. */
    static Dialogue immediate(Scenario scenario, String setupFields) {
        return model("gemini-live-test", scenario, setupFields);
    }

    static Dialogue model(String model, Scenario scenario, String setupFields) {
        return with(GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(scenario), model, setupFields);
    }

    /** Four times as fast as it is played, by the clock. */
    static Dialogue realistic(Scenario scenario, String setupFields) {
        return with(GenAiLiveEmulator.builder().pacing(Pacing.REALISTIC).scenario(scenario), "gemini-live-test", setupFields);
    }

    static Dialogue with(GenAiLiveEmulator.Builder builder, String model, String setupFields) {
        ManualClock clock = new ManualClock();
        return new Dialogue(builder.clock(clock), clock, DEVELOPER, "models/" + model, setupFields);
    }

    static Dialogue vertex(Scenario scenario, String setupFields) {
        ManualClock clock = new ManualClock();
        return new Dialogue(GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(scenario).clock(clock), clock, VERTEX,
                "publishers/google/models/gemini-live-test", setupFields);
    }

    GenAiLiveEmulator emulator() {
        return emulator;
    }

    TestClient client() {
        return client;
    }

    RecordedSession session() {
        return emulator.sessions().get(0);
    }

    Dialogue send(String message) {
        client.send(json(message));
        sent++;
        return this;
    }

    /** A complete turn of client content. */
    Dialogue write(String text) {
        return send("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'" + text + "'}]}],'turnComplete':true}}");
    }

    /** Realtime text. */
    Dialogue type(String text) {
        return send("{'realtimeInput':{'text':'" + text + "'}}");
    }

    Dialogue speak(byte[] pcm, int rate) {
        return send(TestClient.audio(pcm, rate));
    }

    Dialogue activityStart() {
        return send("{'realtimeInput':{'activityStart':{}}}");
    }

    Dialogue activityEnd() {
        return send("{'realtimeInput':{'activityEnd':{}}}");
    }

    /**
     * Answers a function.
     *
     * @param more further fields, with a comma in front
     */
    Dialogue answer(String id, String name, String output, String more) {
        return send("{'toolResponse':{'functionResponses':[{'id':'" + id + "','name':'" + name + "','response':{'output':'"
                + output + "'}" + more + "}]}}");
    }

    Dialogue answer(JsonNode call, String output) {
        return answer(call.path("id").asText(), call.path("name").asText(), output, "");
    }

    /** Lets time pass, and does not wait for what happens. */
    void advance(Duration time) {
        clock.advance(time);
    }

    /** Lets time pass, in small steps. */
    Dialogue pass(Duration time) {
        for (Duration left = time; !left.isZero();) {
            Duration step = left.compareTo(GRAIN) < 0 ? left : GRAIN;
            clock.advance(step);
            settle();
            left = left.minus(step);
        }
        return this;
    }

    /** Waits until the emulator has taken all that was sent, and the client all that the emulator has sent since. */
    Dialogue settle() {
        session().awaitMessages(sent, TIMEOUT);
        // what did not fit into the socket's buffer is behind the first pings: the event loop comes back to it by and by
        int before;
        do {
            before = client.receivedCount();
            for (int i = 0; i < 4; i++) {
                session().ping().orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).join();
            }
        } while (client.receivedCount() != before);
        return this;
    }

    /** All messages that have come, in short; equal ones that follow each other once. */
    List<String> soFar() {
        return inShort(received());
    }

    /** All messages that have come. */
    List<JsonNode> received() {
        settle();
        List<JsonNode> received = new ArrayList<>();
        while (client.hasReceived()) {
            received.add(client.next().json());
        }
        return received;
    }

    /** All messages up to the next end of a turn. */
    List<String> turn() {
        return inShort(client.turn());
    }

    JsonNode next() {
        return client.next().json();
    }

    /** The function calls of the next message. */
    JsonNode calls() {
        JsonNode message = next();
        assertThat(message.has("toolCall")).as("a toolCall: %s", message).isTrue();
        return message.at("/toolCall/functionCalls");
    }

    static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("%s within %s", what, TIMEOUT).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    static List<String> inShort(List<JsonNode> messages) {
        List<String> all = new ArrayList<>();
        for (JsonNode message : messages) {
            String one = inShort(message);
            if (all.isEmpty() || !all.get(all.size() - 1).equals(one)) {
                all.add(one);
            }
        }
        return all;
    }

    private static String inShort(JsonNode message) {
        List<String> parts = new ArrayList<>();
        message.fieldNames().forEachRemaining(top -> {
            if ("serverContent".equals(top)) {
                message.get(top).fieldNames().forEachRemaining(name -> parts.add(content(name, message.get(top).get(name))));
            } else if (!"usageMetadata".equals(top)) {
                parts.add(top);
            }
        });
        return String.join("+", parts);
    }

    private static String content(String name, JsonNode value) {
        return switch (name) {
            case "modelTurn" -> {
                JsonNode part = value.at("/parts/0");
                yield part.has("inlineData")
                        ? "audio"
                        : (part.path("thought").asBoolean() ? "thought: " : "") + part.path("text").asText();
            }
            case "inputTranscription" -> "heard: " + value.path("text").asText();
            case "outputTranscription" -> "said: " + value.path("text").asText();
            case "interactionStatus" -> value.asText();
            default -> name;
        };
    }

    @Override
    public void close() {
        emulator.close();
    }
}
