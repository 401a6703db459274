package dev.camelgenai.emulator;

import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;

class QuotaTest {

    private static final RecordedClose EXHAUSTED = new RecordedClose(1011, ServiceClose.RESOURCE_EXHAUSTED.reason());

    @RegisterExtension
    final GenAiLiveEmulatorExtension emulator = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).maxSessions(10).tlsPort(-1));

    private TestClient developer() {
        TestClient client = TestClient.connect(emulator.get().wsUrl() + DEVELOPER);
        // not awaited: whoever is refused may be closed before it has sent anything
        client.socket().sendText(setup(""), true);
        return client;
    }

    private TestClient vertex() {
        return TestClient.connect(emulator.get().wsUrl() + VERTEX)
                .send(json("{'setup':{'model':'publishers/google/models/gemini-x'}}"));
    }

    private static List<TestClient> fifty(Supplier<TestClient> connect) {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            return IntStream.range(0, 50).mapToObj(i -> CompletableFuture.supplyAsync(connect, threads)).toList().stream()
                    .map(CompletableFuture::join).toList();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void givenTheDeveloperApi_when50ClientsComeAtOnce_thenExactly10AreServedAndTheOthersClosed() {
        List<TestClient> clients = fifty(this::developer);

        List<TestClient> refused = clients.stream().filter(client -> !client.answeredWith("setupComplete")).toList();

        assertThat(refused).hasSize(40).allSatisfy(client -> assertThat(client.awaitClose()).isEqualTo(EXHAUSTED));
        assertThat(emulator.get().counters().refused()).isEqualTo(40);
    }

    @Test
    void givenVertex_when50ClientsComeAtOnce_thenExactly10AreServedAndTheOthersRefusedWith429() {
        List<TestClient> served = fifty(() -> {
            try {
                return vertex();
            } catch (CompletionException e) {
                assertThat(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode()).isEqualTo(429);
                return null;
            }
        }).stream().filter(client -> client != null).toList();

        assertThat(served).hasSize(10).allMatch(client -> client.answeredWith("setupComplete"));
        assertThat(emulator.get().counters().refused()).isEqualTo(40);
    }

    @Test
    void givenAFullService_whenASessionEnds_thenItsPlaceIsFreeAtOnceAndOnlyOnce() {
        List<TestClient> open = IntStream.range(0, 10).mapToObj(i -> developer()).toList();
        open.forEach(client -> assertThat(client.answeredWith("setupComplete")).isTrue());

        for (TestClient client : open) {
            client.socket().sendClose(1000, "").join();
            client.awaitClose();
            assertThat(developer().answeredWith("setupComplete")).isTrue();
            assertThat(developer().awaitClose()).isEqualTo(EXHAUSTED);
        }
    }

    @Test
    void givenAFullService_whenASocketIsLost_thenItsPlaceIsFree() {
        List<TestClient> open = IntStream.range(0, 10).mapToObj(i -> developer()).toList();
        open.forEach(client -> assertThat(client.answeredWith("setupComplete")).isTrue());

        open.get(3).socket().abort();
        emulator.get().sessions().get(3).awaitClosed(TIMEOUT);

        assertThat(developer().answeredWith("setupComplete")).isTrue();
        assertThat(developer().awaitClose()).isEqualTo(EXHAUSTED);
    }
}
