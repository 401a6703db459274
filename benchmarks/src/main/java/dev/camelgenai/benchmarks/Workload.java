package dev.camelgenai.benchmarks;

/**
 * What a client does in one run.
 *
 * @param id            as in the report
 * @param kind          of load
 * @param server        what the server does meanwhile
 * @param sessions      open at a time
 * @param inFlight      chunks that each session may have been given and not reported as sent; sessions that may be being opened
 *                      at a time
 * @param rate          chunks per second and session, where the load is paced
 * @param chunkBytes    of audio in a chunk of the client: 640 are 20 ms
 * @param audioBytes    of audio in a message of the server: 1,920 are 40 ms
 * @param measureMemory whether what is alive after a full collection is measured while the sessions are open
 */
public record Workload(String id, Kind kind, ServerMode server, int sessions, int inFlight, double rate, int chunkBytes,
        int audioBytes, boolean measureMemory) {

    /** Kinds of load. */
    public enum Kind {
        /** As many chunks as the peer takes. */
        SATURATED_UPLINK,
        /** Chunks at a rate, whatever the peer does. */
        PACED,
        /** As many messages of the server as the peer takes. */
        SATURATED_DOWNLINK,
        /** Sessions opened and closed. */
        OPENING,
        /** As {@link #PACED}, measured at the beginning and at the end of a long session. */
        LENGTH
    }

    private static final int CHUNK = 640;
    private static final int MESSAGE = 1_920;
    /** Ten seconds of a microphone: what is not sent by then is not sent at all, and counted. */
    private static final int PATIENCE = 500;

    static Workload saturatedUplink(String id, int sessions, int inFlight) {
        return new Workload(id, Kind.SATURATED_UPLINK, ServerMode.SINK, sessions, inFlight, 0, CHUNK, MESSAGE, false);
    }

    static Workload paced(String id, int sessions, double rate) {
        return new Workload(id, Kind.PACED, ServerMode.ANSWER, sessions, PATIENCE, rate, CHUNK, CHUNK, false);
    }

    static Workload saturatedDownlink(String id, int sessions) {
        return new Workload(id, Kind.SATURATED_DOWNLINK, ServerMode.SOURCE, sessions, 1, 0, CHUNK, MESSAGE, false);
    }

    static Workload scale(String id, int sessions, double rate) {
        return new Workload(id, Kind.PACED, ServerMode.ANSWER, sessions, PATIENCE, rate, CHUNK, CHUNK, true);
    }

    static Workload opening(String id, int atATime) {
        return new Workload(id, Kind.OPENING, ServerMode.SINK, 0, atATime, 0, CHUNK, CHUNK, false);
    }

    static Workload length(String id, double rate) {
        return new Workload(id, Kind.LENGTH, ServerMode.ANSWER, 1, PATIENCE, rate, CHUNK, CHUNK, false);
    }

    /** The same with fewer chunks, where the machine cannot do more. */
    public Workload atHalfTheRate() {
        return new Workload(id, kind, server, sessions, inFlight, rate / 2, chunkBytes, audioBytes, measureMemory);
    }

    /** The same with another number of sessions, and so with another id: no bar is about it. */
    public Workload withSessions(int number) {
        return new Workload(id + "-with-" + number, kind, server, number, inFlight, rate, chunkBytes, audioBytes,
                measureMemory);
    }
}
