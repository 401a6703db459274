package dev.camelgenai.benchmarks.client;

import java.util.List;
import java.util.Map;

import dev.camelgenai.benchmarks.SequenceLedger;

/**
 * What a client has measured.
 *
 * @param windows                one, but for a workload about length some, of the long session and of a young one in turn
 * @param sent                   chunks by session that the peer reported as sent
 * @param failed                 chunks that the peer reported as failed, and sessions that could not be opened
 * @param firstFailure           {@code null} where nothing failed
 * @param notSent                chunks that were due while the session had too many unsent ones
 * @param hanging                chunks of which the peer never reported anything
 * @param downlink               what arrived of the server's audio
 * @param unanswered             chunks, or messages of the server's own, that brought nothing within the time to drain
 * @param latency                of answers to the chunks that were sent in the window; {@code null} where there were none
 * @param answeredWithinOneSecond share of the chunks due in the window, from 0 to 1
 * @param memory                 {@code null} where it was not measured
 * @param threads                at the end of the window
 * @param peakThreads            since the process began
 * @param residentKilobytes      at the end of the window
 * @param peakResidentKilobytes  since the process began
 */
public record ClientResult(List<Window> windows, Map<Integer, Long> sent, long failed, String firstFailure, long notSent,
        long hanging, SequenceLedger.Account downlink, long unanswered, Latency latency, double answeredWithinOneSecond,
        Memory memory, int threads, int peakThreads, long residentKilobytes, long peakResidentKilobytes) {

    /**
     * A measured window.
     *
     * @param messages       what the workload counts: chunks sent, answers, messages received, sessions opened
     * @param cpuNanos       of the whole process, as the operating system says
     * @param allocatedBytes on the heap, see {@link AllocationMeter}
     */
    public record Window(long messages, double seconds, long cpuNanos, long allocatedBytes) {

        public double cpuMicrosPerMessage() {
            return cpuNanos / 1e3 / messages;
        }
    }

    /** CPU per message of a long session, divided by that of a young one; not a number where there are not both. */
    public double oldToYoung() {
        double[] micros = new double[2];
        long[] messages = new long[2];
        for (int i = 0; i < windows.size(); i++) {
            micros[i % 2] += windows.get(i).cpuNanos() / 1e3;
            messages[i % 2] += windows.get(i).messages();
        }
        return micros[0] / messages[0] / (micros[1] / messages[1]);
    }

    /** Nanoseconds from a chunk to its answer. */
    public record Latency(long p50, long p99, long max) {
    }

    /**
     * What is alive after full collections while the sessions are open, less what was before they were opened.
     */
    public record Memory(long heapBytesPerSession, long directBytesPerSession) {
    }
}
