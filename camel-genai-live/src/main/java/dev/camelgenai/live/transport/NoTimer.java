package dev.camelgenai.live.transport;

import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;

/**
 * A timer that never fires. AsyncHttpClient's own request and read timeouts (60 s each by default) would cut a longer
 * connect timeout short, and the setters to turn them off differ between its lines 2 and 3. {@link ConnectAttempt} has
 * the one deadline that counts.
 */
final class NoTimer implements Timer {

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        return new Never(this, task);
    }

    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private record Never(Timer timer, TimerTask task) implements Timeout {

        @Override
        public boolean isExpired() {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }
}
