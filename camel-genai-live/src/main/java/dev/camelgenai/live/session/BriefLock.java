package dev.camelgenai.live.session;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock for what takes much less than a microsecond and waits for nothing. A thread that finds it taken looks again for some
 * microseconds before it goes to sleep: to put a thread to sleep and to wake it costs a hundred times what the lock is held for, and
 * an event loop and those who send meet at such a lock with every message.
 */
final class BriefLock extends ReentrantLock {

    private static final long serialVersionUID = 1L;

    /** No more, because whoever holds it may be waiting for the processor of the one who looks. */
    private static final int LOOKS = 64;

    @Override
    public void lock() {
        for (int i = 0; i < LOOKS; i++) {
            if (tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        super.lock();
    }
}
