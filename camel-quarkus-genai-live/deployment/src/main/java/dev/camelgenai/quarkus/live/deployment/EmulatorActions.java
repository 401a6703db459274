package dev.camelgenai.quarkus.live.deployment;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;

/** What the Dev UI shows of the emulator that the Dev Service has started, and does with its sessions. */
final class EmulatorActions {

    static final String SESSION = "session";

    private static final int MAX_SESSIONS = 20;
    private static final int MAX_MESSAGES = 10;
    private static final Duration TIME_LEFT = Duration.ofSeconds(10);
    private static final String INTERRUPTED = "{\"serverContent\":{\"interrupted\":true}}";

    private EmulatorActions() {
    }

    /**
     * Address, scenario and the last sessions, the newest first, with the last messages that the application sent; empty where
     * no emulator runs. Long messages are cut, credentials are not in them.
     */
    static Map<String, Object> emulator(Map<String, String> none) {
        return EmulatorDevService.running().map(EmulatorActions::emulator).orElse(Map.of());
    }

    private static Map<String, Object> emulator(GenAiLiveEmulator emulator) {
        List<RecordedSession> sessions = emulator.sessions();
        List<RecordedSession> last = sessions.subList(Math.max(0, sessions.size() - MAX_SESSIONS), sessions.size());
        return Map.of("url", emulator.wsUrl(), "sessions",
                last.stream().sorted((one, other) -> Integer.compare(other.number(), one.number()))
                        .map(EmulatorActions::session).toList());
    }

    private static Map<String, Object> session(RecordedSession session) {
        List<RecordedMessage> messages = session.messages();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("number", session.number());
        shown.put("model", session.model().orElse(""));
        shown.put("open", session.isOpen());
        shown.put("messageCount", session.messageCount());
        shown.put("messages", messages.subList(Math.max(0, messages.size() - MAX_MESSAGES), messages.size()).stream()
                .map(RecordedMessage::toString).toList());
        return shown;
    }

    /** Announces the end of the connection, which comes in ten seconds, as the service does. */
    static CompletionStage<Boolean> goAway(Map<String, String> parameters) {
        return act(parameters, session -> session.goAway(TIME_LEFT));
    }

    /** Cuts the connection. */
    static CompletionStage<Boolean> drop(Map<String, String> parameters) {
        return act(parameters, RecordedSession::dropTcp);
    }

    /** Tells the application that the user has interrupted the model. */
    static CompletionStage<Boolean> interrupt(Map<String, String> parameters) {
        return act(parameters, session -> session.send(INTERRUPTED));
    }

    /** @return {@code false} where that session is not open */
    private static CompletionStage<Boolean> act(Map<String, String> parameters,
            Function<RecordedSession, CompletableFuture<?>> action) {
        String number = parameters.get(SESSION);
        return EmulatorDevService.running().stream().flatMap(emulator -> emulator.sessions().stream())
                .filter(session -> String.valueOf(session.number()).equals(number) && session.isOpen()).findFirst()
                .map(session -> action.apply(session).handle((done, failure) -> failure == null))
                .orElse(CompletableFuture.completedFuture(false));
    }
}
