package dev.camelgenai.examples.livetranslation;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What interpreters have said last, as PCM: the last sentence of each, and the one that is being said. Thread-safe. */
@ApplicationScoped
public class SpokenSentences {

    /** Two minutes at 24 kHz; longer sentences are cut. */
    static final int MAX_BYTES = 120 * 24_000 * 2;

    /**
     * @param pcm      16 bits, little-endian, mono
     * @param mimeType with the rate
     */
    record Sentence(byte[] pcm, String mimeType) {
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Booth, Growing> current = new HashMap<>();
    private final Map<Booth, Sentence> last = new HashMap<>();

    private record Growing(ByteArrayOutputStream pcm, String mimeType) {
    }

    void add(Booth booth, byte[] pcm, String mimeType) {
        lock.lock();
        try {
            ByteArrayOutputStream sound = current
                    .computeIfAbsent(booth, silent -> new Growing(new ByteArrayOutputStream(), mimeType)).pcm();
            sound.write(pcm, 0, Math.min(pcm.length, MAX_BYTES - sound.size()));
        } finally {
            lock.unlock();
        }
    }

    /** @return whether there was sound */
    boolean end(Booth booth) {
        lock.lock();
        try {
            Growing sentence = current.remove(booth);
            if (sentence == null) {
                return false;
            }
            last.put(booth, new Sentence(sentence.pcm().toByteArray(), sentence.mimeType()));
            return true;
        } finally {
            lock.unlock();
        }
    }

    Optional<Sentence> last(Booth booth) {
        lock.lock();
        try {
            return Optional.ofNullable(last.get(booth));
        } finally {
            lock.unlock();
        }
    }

    void forget(@Observes Audience.Deserted deserted) {
        forget(deserted.booth());
    }

    void forget(Booth booth) {
        lock.lock();
        try {
            current.remove(booth);
            last.remove(booth);
        } finally {
            lock.unlock();
        }
    }
}
