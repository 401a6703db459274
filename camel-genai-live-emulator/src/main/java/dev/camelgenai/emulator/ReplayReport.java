package dev.camelgenai.emulator;

import java.util.List;

/**
 * How a replay has gone so far; a snapshot.
 *
 * @param sessions    the sessions of the cassette, in its order
 * @param differences what clients did otherwise than recorded, in the order in which it was noticed; of clients that came too
 *                    many only the first {@value #MAX_SUPERFLUOUS}
 */
public record ReplayReport(List<Session> sessions, List<Difference> differences) {

    /** So many clients are listed that came when all sessions had been played. */
    public static final int MAX_SUPERFLUOUS = 100;

    public ReplayReport {
        sessions = List.copyOf(sessions);
        differences = List.copyOf(differences);
    }

    /** Whether all sessions were played to their ends, and nothing was different. */
    public boolean isComplete() {
        return differences.isEmpty() && sessions.stream().allMatch(session -> session.state() == State.COMPLETE);
    }

    /** How far a session of the cassette is. */
    public enum State {
        /** No client has come for it. */
        NOT_PLAYED,
        /** It is being played. */
        PLAYING,
        /** All of it was played, the client's end included if the recording has that. */
        COMPLETE,
        /** It ended too early, or with a difference. */
        INCOMPLETE
    }

    /**
     * A session of the cassette.
     *
     * @param number in the cassette, from 1
     */
    public record Session(int number, State state) {
    }

    /** What a client did otherwise. */
    public enum Kind {
        /** A message was not the recorded one. */
        MESSAGE,
        /** A message came after the last recorded one. */
        SUPERFLUOUS_MESSAGE,
        /** The client left before the recorded end, or closed otherwise. */
        END,
        /** The client asked for another service, version or method than recorded. */
        PATH,
        /** A client came when all sessions had been played. */
        SUPERFLUOUS_SESSION
    }

    /**
     * Something that a client did otherwise. Its text is for people.
     *
     * @param session  in the cassette; for a client too many the number that it would have had
     * @param message  the setup is 0, the first one after it 1, and so on; how many had come, for what is not about a message
     * @param path     where in the message, in camelCase, as in {@code realtimeInput.audio.data}; empty for all of it
     * @param expected what was recorded; long values are abbreviated
     * @param actual   what came; long values are abbreviated
     */
    public record Difference(int session, Kind kind, long message, String path, String expected, String actual) {

        @Override
        public String toString() {
            return "session " + session + ": " + summary() + "; recorded: " + expected + "; came: " + actual;
        }

        /** Where the difference is, in a few words. */
        public String summary() {
            String which = message == 0 ? "the setup" : "message " + message;
            return switch (kind) {
                case MESSAGE -> which + " differs" + (path.isEmpty() ? "" : " at " + path);
                case SUPERFLUOUS_MESSAGE -> which + " is one more than recorded";
                case END -> "the client has ended otherwise than recorded";
                case PATH -> "the path differs";
                case SUPERFLUOUS_SESSION -> "the cassette has no session for this client";
            };
        }
    }
}
