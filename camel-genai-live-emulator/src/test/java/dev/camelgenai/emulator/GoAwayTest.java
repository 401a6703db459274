package dev.camelgenai.emulator;

import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.fault.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GoAwayTest {

    private static final RecordedClose EXPIRED = new RecordedClose(1011, "Deadline expired before operation could complete.");
    private static final RecordedClose CANCELLED = new RecordedClose(1000, "The operation was cancelled.");
    private static final String HI = json("{'realtimeInput':{'text':'hi'}}");

    private final ManualClock clock = new ManualClock();
    private GenAiLiveEmulator emulator;

    @AfterEach
    void stop() {
        emulator.close();
    }

    private GenAiLiveEmulator.Builder builder() {
        return GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).clock(clock).tlsPort(-1);
    }

    private TestClient open(EmulatedService service) {
        boolean vertex = service == EmulatedService.VERTEX_AI;
        TestClient client = TestClient.connect(emulator.wsUrl() + (vertex ? VERTEX : DEVELOPER));
        client.send(json("{'setup':{'model':'" + (vertex ? "publishers/google/" : "") + "models/gemini-x','generationConfig':"
                + "{'responseModalities':['TEXT']}}}"));
        assertThat(client.next().json().has("setupComplete")).isTrue();
        return client;
    }

    private RecordedSession session() {
        return emulator.sessions().get(0);
    }

    private static String timeLeft(TestClient client) {
        JsonNode message = client.next().json();
        assertThat(message.size()).isEqualTo(1);
        return message.at("/goAway/timeLeft").asText();
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenGoAway_whenItsTimeIsOver_thenClosedAsTheServiceDoesAndUntilThenAllIsAnswered(EmulatedService service) {
        emulator = builder().start();
        TestClient client = open(service);

        session().goAway(Duration.ofSeconds(50)).join();

        assertThat(timeLeft(client)).isEqualTo("50s");
        clock.advance(Duration.ofSeconds(49));
        assertThat(TestClient.textOf(client.send(HI).turn())).isEqualTo("hi");
        clock.advance(Duration.ofSeconds(1));
        assertThat(client.awaitClose()).isEqualTo(service == EmulatedService.VERTEX_AI ? CANCELLED : EXPIRED);
    }

    @Test
    void givenGoAway_whenTheClientClosesFirst_thenNothingIsLeftToDo() {
        emulator = builder().start();
        TestClient client = open(EmulatedService.DEVELOPER_API);
        session().goAway(Duration.ofSeconds(50)).join();
        timeLeft(client);

        client.socket().sendClose(1000, "bye").join();
        RecordedSession closed = session().awaitClosed(TIMEOUT);

        assertThat(clock.waiting()).isZero();
        assertThat(closed.serverClose()).isEmpty();
        assertThatThrownBy(() -> closed.goAway(Duration.ofSeconds(1)).join()).hasMessageContaining("has ended");
    }

    @ParameterizedTest
    @CsvSource({ "600,540,60", "120,60,60", "10,5,5", "3,1.5,1.5" })
    void givenAConnectionLifetime_whenItIsNearlyOver_thenGoAwayAndThenTheEnd(double lifetime, double announced,
            String timeLeft) {
        emulator = builder().connectionLifetime(seconds(lifetime)).start();
        TestClient client = open(EmulatedService.DEVELOPER_API);

        clock.advance(seconds(announced).minusMillis(1));
        assertThat(TestClient.textOf(client.send(HI).turn())).isEqualTo("hi");
        clock.advance(Duration.ofMillis(1));

        assertThat(timeLeft(client)).isEqualTo(timeLeft.contains(".") ? timeLeft + "00s" : timeLeft + "s");
        clock.advance(seconds(lifetime - announced));
        assertThat(client.awaitClose()).isEqualTo(EXPIRED);
    }

    @Test
    void givenTheFault_whenItIsArmedWhileASessionIsOpen_thenGoAwayComesByTheClock() {
        emulator = builder().start();
        TestClient client = open(EmulatedService.VERTEX_AI);

        emulator.faults().arm(Fault.parse("goAway=9.5s@time:3s"));
        assertThat(TestClient.textOf(client.send(HI).turn())).isEqualTo("hi");
        clock.advance(Duration.ofSeconds(3));

        assertThat(timeLeft(client)).isEqualTo("9.500s");
        clock.advance(Duration.ofMillis(9500));
        assertThat(client.awaitClose()).isEqualTo(CANCELLED);
    }

    @Test
    void givenGoAwayThenSilence_whenTheTimeIsOver_thenStillOpenAndSilent() {
        emulator = builder().faults(faults -> faults.arm(Fault.parse("goAwayThenSilence=5s"))).start();
        TestClient client = open(EmulatedService.DEVELOPER_API);
        assertThat(timeLeft(client)).isEqualTo("5s");

        client.send(HI);
        session().awaitMessages(1, TIMEOUT);
        clock.advance(Duration.ofHours(1));
        session().ping().join();

        assertThat(client.hasReceived()).isFalse();
        assertThat(session().isOpen()).isTrue();
    }

    private static Duration seconds(double number) {
        return Duration.ofMillis((long) (number * 1000));
    }
}
