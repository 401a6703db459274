package dev.camelgenai.emulator.junit5;

import java.util.List;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedClose;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;

/** In a few lines what an emulator saw: the last sessions, how they ended, and what their clients sent last. No credentials. */
final class EmulatorDigest {

    private static final int SESSIONS = 5;
    private static final int MESSAGES = 3;

    private final StringBuilder text = new StringBuilder();

    private EmulatorDigest() {
    }

    static String of(GenAiLiveEmulator emulator) {
        return new EmulatorDigest().read(emulator);
    }

    private String read(GenAiLiveEmulator emulator) {
        List<RecordedSession> sessions = emulator.sessions();
        text.append(emulator).append(" saw ").append(sessions.size()).append(" sessions and turned ")
                .append(emulator.counters().refused()).append(" clients away");
        if (sessions.size() > SESSIONS) {
            text.append("; the last ").append(SESSIONS).append(" sessions");
        }
        tail(sessions, SESSIONS).forEach(this::read);
        emulator.faults().armed()
                .forEach(fault -> line("fault ").append(fault.fault()).append(", happened ").append(fault.happened()));
        return text.toString();
    }

    private void read(RecordedSession session) {
        line("session ").append(session.number()).append(": ").append(session.service()).append(' ')
                .append(session.model().orElse(session.setup().isPresent() ? "no model" : "no setup")).append(", ")
                .append(session.isOpen() ? "open" : "ended").append(", ").append(session.messageCount()).append(" messages");
        session.serverClose().ifPresent(close -> {
            line("    closed by the emulator: ");
            append(close);
            session.serverCloseDetail().ifPresent(detail -> text.append(", because: ").append(detail));
        });
        session.clientClose().ifPresent(close -> {
            line("    Close frame of the client: ");
            append(close);
        });
        List<RecordedMessage> messages = session.messages();
        tail(messages, MESSAGES).forEach(message -> line("    ").append(message));
    }

    private void append(RecordedClose close) {
        text.append(close.code()).append(' ').append(close.reason());
    }

    private StringBuilder line(String beginning) {
        return text.append(System.lineSeparator()).append("  ").append(beginning);
    }

    private static <T> List<T> tail(List<T> list, int max) {
        return list.subList(Math.max(0, list.size() - max), list.size());
    }
}
