package dev.camelgenai.examples.chatbot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * What the model says while nobody waits for its answer: the result of a tool that does not block, or an answer that came too late.
 * A consumer hears every turn of a conversation; those that a question got as its answer are left out. Thread-safe.
 */
@ApplicationScoped
public class UnsolicitedTurns {

    private static final int MAX_CONVERSATIONS = 1_000;
    /** Of one conversation; the oldest are forgotten beyond it. */
    private static final int MAX_TURNS = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Conversed> conversations = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Conversed> eldest) {
            return size() > MAX_CONVERSATIONS;
        }
    };

    /** What is known of a conversation; guarded by the lock, apart from the queue. */
    private static final class Conversed {

        private final BlockingQueue<String> words = new LinkedBlockingQueue<>(MAX_TURNS);
        /** Heard while a question waited for its answer, which any of them may be. */
        private final Map<Long, String> heard = new LinkedHashMap<>();
        /** Turns that were the answers to questions and have not been heard yet. */
        private final List<Long> answers = new ArrayList<>();
        private int questions;
        private Runnable listener = () -> {
        };

        void add(String text) {
            while (!words.offer(text)) {
                words.poll();
            }
        }
    }

    /** To be called with every exchange of the group that asks the model, after its session key is set. */
    Processor question(String group) {
        return exchange -> {
            Conversed conversed = conversed(group, key(exchange));
            lock.lock();
            try {
                conversed.questions++;
            } finally {
                lock.unlock();
            }
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    answered(conversed, done.getMessage().getHeader(GenAiLiveConstants.TURN_ID, Long.class));
                }
            });
        };
    }

    /** For the YAML route. */
    @Produces
    @Named("yamlQuestion")
    Processor yamlQuestion() {
        return question("yaml");
    }

    private void answered(Conversed conversed, Long turn) {
        lock.lock();
        try {
            conversed.questions--;
            if (turn != null && conversed.heard.remove(turn) == null) {
                conversed.answers.add(turn);
                if (conversed.answers.size() > MAX_TURNS) {
                    conversed.answers.remove(0);
                }
            }
            if (conversed.questions > 0 || conversed.heard.isEmpty()) {
                return;
            }
            conversed.heard.values().forEach(conversed::add);
            conversed.heard.clear();
        } finally {
            lock.unlock();
        }
        conversed.listener.run();
    }

    /** To be called with the transcripts of all turns of the group, and with the ends of its sessions. */
    Processor turns(String group) {
        return exchange -> {
            Message message = exchange.getMessage();
            Conversed conversed = conversed(group, key(exchange));
            if ("model".equals(message.getHeader(GenAiLiveConstants.ROLE))) {
                heard(conversed, message.getHeader(GenAiLiveConstants.TURN_ID, Long.class), message.getBody(String.class));
            } else if ("closed".equals(message.getHeader(GenAiLiveConstants.EVENT))) {
                forgetAnswers(conversed);
            }
        };
    }

    private void heard(Conversed conversed, Long turn, String text) {
        lock.lock();
        try {
            if (conversed.answers.remove(turn)) {
                return;
            }
            if (conversed.questions > 0) {
                conversed.heard.put(turn, text);
                return;
            }
            conversed.add(text);
        } finally {
            lock.unlock();
        }
        conversed.listener.run();
    }

    /** The next session counts its turns from 1 again. */
    private void forgetAnswers(Conversed conversed) {
        lock.lock();
        try {
            conversed.answers.clear();
        } finally {
            lock.unlock();
        }
    }

    /** What was said since this was called last, oldest first. */
    List<String> take(String group, String key) {
        List<String> words = new ArrayList<>();
        conversed(group, key).words.drainTo(words);
        return words;
    }

    /** Waits for the next that is said, or takes what was said already. */
    Optional<String> await(String group, String key, Duration time) throws InterruptedException {
        return Optional.ofNullable(conversed(group, key).words.poll(time.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** @param listener told whenever there is something to take; from now on this one only */
    void listen(String group, String key, Runnable listener) {
        Conversed conversed = conversed(group, key);
        lock.lock();
        try {
            conversed.listener = listener;
        } finally {
            lock.unlock();
        }
    }

    private Conversed conversed(String group, String key) {
        lock.lock();
        try {
            return conversations.computeIfAbsent(group + '/' + key, conversation -> new Conversed());
        } finally {
            lock.unlock();
        }
    }

    private static String key(Exchange exchange) {
        return exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY, String.class);
    }
}
