package dev.camelgenai.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenario;
import org.junit.jupiter.api.AfterEach;

import static dev.camelgenai.live.LiveTalk.PATIENCE;

/** An emulator of its own for every test, and applications that talk to it. */
abstract class TalkTestSupport {

    private static final String HANDLE = "/sessionResumption/handle";

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    GenAiLiveEmulator service;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : resources) {
            resource.close();
        }
    }

    void serve(Scenario scenario) {
        serve(builder -> builder.scenario(scenario));
    }

    void serve(UnaryOperator<GenAiLiveEmulator.Builder> changes) {
        service = keep(changes.apply(GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE)).start());
    }

    LiveTalk talk() throws Exception {
        return talk(settings -> {
        });
    }

    LiveTalk talk(Consumer<LiveTalk.Settings> changes) throws Exception {
        return keep(new LiveTalk(service, changes));
    }

    <T extends AutoCloseable> T keep(T resource) {
        resources.push(resource);
        return resource;
    }

    RecordedSession connection(int number) {
        return service.awaitSessions(number, PATIENCE).get(number - 1);
    }

    /** What that connection was resumed with; empty for a fresh session. */
    String handleOf(int connection) {
        return connection(connection).awaitSetup(PATIENCE).at(HANDLE).asText();
    }
}
