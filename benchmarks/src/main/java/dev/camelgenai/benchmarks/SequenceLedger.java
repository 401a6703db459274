package dev.camelgenai.benchmarks;

import java.util.HashSet;
import java.util.Set;

/** Which chunks of one session have arrived, and in which order. Thread-safe. */
public final class SequenceLedger {

    /** Of how many missing chunks the numbers are kept; those of others count as lost for good. */
    private static final int MAX_REMEMBERED = 100_000;

    private final Set<Long> missing = new HashSet<>();
    private long next;
    private long received;
    private long forgotten;
    private long reordered;
    private long duplicates;

    /** A chunk has arrived. */
    public synchronized void arrived(long sequence) {
        if (sequence == next) {
            next++;
            received++;
        } else if (sequence > next) {
            for (long number = next; number < sequence; number++) {
                if (missing.size() < MAX_REMEMBERED) {
                    missing.add(number);
                } else {
                    forgotten += sequence - number;
                    break;
                }
            }
            next = sequence + 1;
            received++;
        } else if (missing.remove(sequence)) {
            reordered++;
            received++;
        } else {
            duplicates++;
        }
    }

    /** Chunks that have arrived, each counted once. */
    public synchronized long received() {
        return received;
    }

    /** What can be said so far; chunks at the end that never came are not known here. */
    public synchronized Account account() {
        return new Account(received, missing.size() + forgotten, reordered, duplicates);
    }

    /**
     * @param received   chunks that arrived, each counted once
     * @param missing    chunks that did not arrive although later ones did
     * @param reordered  chunks that arrived after a later one
     * @param duplicates arrivals of chunks that had arrived before
     */
    public record Account(long received, long missing, long reordered, long duplicates) {

        public static final Account NOTHING = new Account(0, 0, 0, 0);

        public Account plus(Account other) {
            return new Account(received + other.received, missing + other.missing, reordered + other.reordered,
                    duplicates + other.duplicates);
        }
    }
}
