package dev.camelgenai.examples.contentmoderation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.examples.contentmoderation.Verdict.Decision;

/**
 * Where posts are: waiting for their verdict, published, blocked, or before a human being. In memory, and the latest
 * {@value #MAX_POSTS} only. Thread-safe.
 */
@ApplicationScoped
public class Board {

    static final int MAX_POSTS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, CompletableFuture<Judged>> posts = new LinkedHashMap<>();
    private final Map<Decision, List<Judged>> judged = new EnumMap<>(Decision.class);
    private long lastId;

    /** A post that waits for its verdict from now on; ids count from 1. */
    Post add(String author, String text) {
        lock.lock();
        try {
            lastId++;
            posts.put(lastId, new CompletableFuture<>());
            if (posts.size() > MAX_POSTS) {
                posts.remove(posts.keySet().iterator().next());
            }
            return new Post(lastId, author, text);
        } finally {
            lock.unlock();
        }
    }

    /** It is not going to be judged. */
    void remove(Post post) {
        lock.lock();
        try {
            posts.remove(post.id());
        } finally {
            lock.unlock();
        }
    }

    void judge(Judged post) {
        CompletableFuture<Judged> waiting;
        lock.lock();
        try {
            List<Judged> same = judged.computeIfAbsent(post.verdict().decision(), decision -> new ArrayList<>());
            same.add(post);
            if (same.size() > MAX_POSTS) {
                same.remove(0);
            }
            waiting = posts.get(post.post().id());
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            waiting.complete(post);
        }
    }

    /** Completes with the verdict; empty for a post that is not known, or not any more. */
    Optional<CompletableFuture<Judged>> find(long id) {
        lock.lock();
        try {
            return Optional.ofNullable(posts.get(id)).map(CompletableFuture::copy);
        } finally {
            lock.unlock();
        }
    }

    /** In the order of their verdicts. */
    List<Judged> posts(Decision decision) {
        lock.lock();
        try {
            return List.copyOf(judged.getOrDefault(decision, List.of()));
        } finally {
            lock.unlock();
        }
    }
}
