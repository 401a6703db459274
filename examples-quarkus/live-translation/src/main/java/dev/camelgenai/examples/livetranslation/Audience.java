package dev.camelgenai.examples.livetranslation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;

/**
 * Who listens to what. Each listener has a queue of its own with {@code translation.max-waiting-captions} places; whose queue is full is
 * sent away and may come again, so that nobody waits for the slowest. Thread-safe, and never waits.
 */
@ApplicationScoped
public class Audience {

    /** Nobody listens any more. */
    record Deserted(Booth booth) {
    }

    private final Map<String, String> languages;
    private final int maxListeners;
    private final int maxWaiting;
    private final Event<Deserted> deserted;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Booth, List<MultiEmitter<? super Caption>>> listeners = new LinkedHashMap<>();
    private int count;

    Audience(TranslationConfig config, Event<Deserted> deserted) {
        this.languages = config.languages();
        this.maxListeners = config.maxListeners();
        this.maxWaiting = config.maxWaitingCaptions();
        this.deserted = deserted;
    }

    /**
     * What is said from the subscription on, until it is cancelled or the talk is over. Fails with an {@link AudienceFullException}
     * when there is no place, and with a {@link io.smallrye.mutiny.subscription.BackPressureFailure} when the listener is too slow.
     */
    Multi<Caption> listen(Booth booth) {
        return Multi.createFrom().<Caption>emitter(listener -> join(booth, listener), BackPressureStrategy.IGNORE)
                .onOverflow().buffer(maxWaiting);
    }

    private void join(Booth booth, MultiEmitter<? super Caption> listener) {
        if (!takePlace()) {
            listener.fail(new AudienceFullException("All places are taken (translation.max-listeners=" + maxListeners
                    + "); come again later"));
            return;
        }
        listener.emit(new Caption(Caption.Kind.joined, booth.talk() + " in " + languages.get(booth.language())));
        lock.lock();
        try {
            listeners.computeIfAbsent(booth, empty -> new ArrayList<>()).add(listener);
        } finally {
            lock.unlock();
        }
        // also called when it has left already
        listener.onTermination(() -> leave(booth, listener));
    }

    private boolean takePlace() {
        lock.lock();
        try {
            if (count >= maxListeners) {
                return false;
            }
            count++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Booth booth, MultiEmitter<? super Caption> listener) {
        boolean empty = false;
        lock.lock();
        try {
            List<MultiEmitter<? super Caption>> present = listeners.get(booth);
            if (present != null && present.remove(listener)) {
                count--;
                empty = present.isEmpty();
                if (empty) {
                    listeners.remove(booth);
                }
            }
        } finally {
            lock.unlock();
        }
        if (empty) {
            deserted.fire(new Deserted(booth));
        }
    }

    /** The languages in which somebody listens to a talk. */
    List<String> languages(String talk) {
        lock.lock();
        try {
            return listeners.keySet().stream().filter(booth -> booth.talk().equals(talk)).map(Booth::language).sorted()
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        return size() >= maxListeners;
    }

    int size() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    void tell(Booth booth, Caption caption) {
        present(booth).forEach(listener -> listener.emit(caption));
    }

    /** The talk is over for everybody. */
    void end(String talk) {
        for (String language : languages(talk)) {
            present(new Booth(talk, language)).forEach(listener -> {
                listener.emit(new Caption(Caption.Kind.end, talk));
                listener.complete();
            });
        }
    }

    private List<MultiEmitter<? super Caption>> present(Booth booth) {
        lock.lock();
        try {
            return List.copyOf(listeners.getOrDefault(booth, List.of()));
        } finally {
            lock.unlock();
        }
    }
}
