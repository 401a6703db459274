package dev.camelgenai.benchmarks.server;

import dev.camelgenai.benchmarks.ServerMode;

/**
 * What the harness asks of the server, one JSON object a line.
 *
 * @param kind       what to do
 * @param mode       of the run that begins; otherwise {@code null}
 * @param audioBytes length of the audio in a message of the server
 */
public record ServerCommand(Kind kind, ServerMode mode, int audioBytes) {

    /** Kinds of commands. */
    public enum Kind {
        /** Forgets what was counted. */
        BEGIN,
        /** Sends no more audio of its own. */
        STOP_SOURCE,
        /** Only tells what was counted, as all commands do. */
        REPORT
    }

    public static ServerCommand begin(ServerMode mode, int audioBytes) {
        return new ServerCommand(Kind.BEGIN, mode, audioBytes);
    }

    public static ServerCommand stopSource() {
        return new ServerCommand(Kind.STOP_SOURCE, null, 0);
    }

    public static ServerCommand report() {
        return new ServerCommand(Kind.REPORT, null, 0);
    }
}
