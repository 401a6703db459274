package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.ManualClock;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenario;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import static dev.camelgenai.live.session.EmulatedSessions.PATIENCE;

/** Sessions and an emulator for which time passes only when the test says so. */
abstract class ControlledTime {

    static final String KEY = "k";

    final ManualTimer timer = new ManualTimer();
    final ManualClock serviceClock = new ManualClock();
    GenAiLiveEmulator emulator;
    EmulatedSessions client;
    private final List<EmulatedSessions> clients = new ArrayList<>();

    void service(Scenario scenario) {
        service(scenario, builder -> {
        });
    }

    void service(Scenario scenario, Consumer<GenAiLiveEmulator.Builder> changes) {
        GenAiLiveEmulator.Builder builder = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).clock(serviceClock)
                .scenario(scenario);
        changes.accept(builder);
        emulator = builder.start();
    }

    EmulatedSessions client() {
        return client(settings -> {
        });
    }

    EmulatedSessions client(Consumer<EmulatedSessions.Settings> changes) {
        client = new EmulatedSessions(emulator, settings -> {
            settings.timer = timer;
            settings.clock = timer.clock();
            // not what these tests are about, and time may leap while a connection is opened
            settings.connectTimeout = Duration.ofDays(1);
            settings.setupTimeout = Duration.ofDays(1);
            changes.accept(settings);
        });
        clients.add(client);
        return client;
    }

    @AfterEach
    void stop() {
        clients.forEach(EmulatedSessions::close);
        if (emulator != null) {
            emulator.close();
        }
    }

    /** A question whose caller has more patience than any test. */
    EmulatedSessions.Fate ask(String text) {
        return client.ask(KEY, text, new TurnBounds(Duration.ofDays(1), 1 << 20, 1_000));
    }

    /** Lets time pass on both sides; here first, so that nothing begins here before it has passed and is late at once. */
    void pass(Duration time) {
        timer.advance(time);
        serviceClock.advance(time);
    }

    /** Waits for what other threads do, and runs what they want to have run without delay. */
    void await(Callable<Boolean> condition) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).atMost(PATIENCE)
                .until(() -> {
                    timer.advance(Duration.ZERO);
                    return condition.call();
                });
    }

    /** Lets the pause before the next connection pass, as soon as it has begun. */
    void reconnect(int number) {
        await(() -> {
            timer.advance(EmulatedSessions.QUICKLY.initialDelay());
            return emulator.sessions().size() >= number;
        });
    }

    /** Also waits until the client has connected, and is open, over that connection, counted from 1. */
    RecordedSession connection(int number) {
        await(() -> emulator.sessions().size() >= number);
        RecordedSession connection = emulator.sessions().get(number - 1);
        await(() -> connection.setup().isPresent());
        return connection;
    }

    /** The session is open over that connection, counted from 1, which is the last one. */
    RecordedSession openOver(int number) {
        RecordedSession connection = connection(number);
        await(() -> client.session(KEY).state() == LiveSessionState.OPEN);
        return connection;
    }

    static boolean isEndOfTurn(LiveServerMessage message) {
        return message.serverContent().flatMap(content -> content.turnComplete()).orElse(false);
    }

    static boolean isHandle(LiveServerMessage message) {
        return message.sessionResumptionUpdate().flatMap(update -> update.resumable()).orElse(false);
    }

    /** Waits until the consumer has heard so many handles. */
    void awaitHandles(EmulatedSessions.Heard heard, int count) {
        await(() -> heard.all(LiveServerMessage.class).stream().filter(ControlledTime::isHandle).count() >= count);
    }
}
