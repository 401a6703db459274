package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.google.genai.types.LiveConnectConfig;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;

/** Profiles for tests: small bounds, and nothing that happens by itself unless a test asks for it. */
final class Profiles {

    static final ReconnectPolicy NO_RECONNECT = new ReconnectPolicy(false, Duration.ofMillis(500), Duration.ofSeconds(30), 0);
    static final ReconnectPolicy RECONNECT = new ReconnectPolicy(true, Duration.ofMillis(500), Duration.ofSeconds(30), 10);
    static final OutboxBounds OUTBOX = new OutboxBounds(10, 100_000, 0, OutboxOverflow.fail, Duration.ZERO);
    static final SessionLimits NO_LIMITS = new SessionLimits(Duration.ZERO, 1_000, MaxSessionsPolicy.reject, Duration.ZERO);

    static final LaneBounds LANE = new LaneBounds(10, Duration.ofSeconds(30), LaneOverflow.pause, true);

    private Profiles() {
    }

    static SessionProfile plain() {
        return profile(LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null),
                LiveConnectConfig.builder().build(), OUTBOX, NO_RECONNECT, resumption(false), NO_LIMITS);
    }

    static SessionProfile profile(LiveTarget target, LiveConnectConfig config, OutboxBounds outbox, ReconnectPolicy reconnect,
            ResumptionPolicy resumption, SessionLimits limits) {
        return new SessionProfile(target, LiveModelName.of("gemini-3.8-live", target.endpoint()), config, Map.of(), null, null,
                Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO, outbox, reconnect, resumption, limits, null);
    }

    static ResumptionPolicy resumption(boolean enabled) {
        return new ResumptionPolicy(enabled, new Handles(), HistoryReplay.none, 20, 1_024, 1 << 20,
                ReplayOverflow.failOpenTurn);
    }

    /** A store that a test can look into. */
    static final class Handles implements HandleStore {

        final Map<SessionAddress, String> map = new ConcurrentHashMap<>();

        @Override
        public String load(SessionAddress address) {
            return map.get(address);
        }

        @Override
        public void save(SessionAddress address, String handle) {
            map.put(address, handle);
        }

        @Override
        public void remove(SessionAddress address) {
            map.remove(address);
        }
    }
}
