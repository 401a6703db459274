package dev.camelgenai.examples.voiceassistant;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.camelgenai.examples.service.LiveService;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.Vertx;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Who is here: at most {@code voice.max-visitors}, each with a live session that is opened when they come and closed when they go,
 * whichever side ends it. Thread-safe; no method blocks.
 */
@ApplicationScoped
public class Visitors {

    private static final Logger LOG = Logger.getLogger(Visitors.class);
    private static final int INPUT_RATE = 16_000;
    private static final int OUTPUT_RATE = 24_000;
    /** A page that hung for a moment sends at once what it had no time for. */
    private static final Duration RESERVE = Duration.ofSeconds(2);

    private static final Duration ROUND = Duration.ofMillis(500);

    private final Map<String, Visitor> present = new ConcurrentHashMap<>();
    private final VoiceConfig config;
    private final Uplink uplink;
    private final LiveService service;
    private final ObjectMapper json;
    private final Vertx vertx;
    private final String model;
    private final Semaphore places;
    private long rounds;

    Visitors(VoiceConfig config, Uplink uplink, LiveService service, ObjectMapper json, Vertx vertx,
            @ConfigProperty(name = "live.model") String model) {
        this.config = config;
        this.uplink = uplink;
        this.service = service;
        this.json = json;
        this.vertx = vertx;
        this.model = model;
        this.places = new Semaphore(config.maxVisitors());
    }

    @PostConstruct
    void start() {
        rounds = vertx.setPeriodic(ROUND.toMillis(), timer -> present.values().forEach(this::endWhenOverdue));
    }

    @PreDestroy
    void stop() {
        vertx.cancelTimer(rounds);
    }

    /** Opens the live session, or ends the connection if there are too many visitors. */
    void arrive(WebSocketConnection connection) {
        String key = connection.id();
        MessageBudget budget = new MessageBudget(config.maxMessagesPerSecond(), RESERVE, System::nanoTime);
        Visitor visitor = new Visitor(connection, json, config.sendTimeout(), budget, () -> leave(key));
        if (!places.tryAcquire()) {
            LOG.warnf("Refused a visitor: %d are here already (voice.max-visitors)", config.maxVisitors());
            visitor.end(Ending.TOO_MANY_VISITORS);
            return;
        }
        present.put(key, visitor);
        visitor.tell(new PageMessage.Welcome(model, service.emulator().isPresent(), INPUT_RATE, OUTPUT_RATE,
                List.copyOf(ToolRoutes.ROOMS)));
        uplink.open(key);
    }

    private void endWhenOverdue(Visitor visitor) {
        if (visitor.stay().compareTo(config.maxVisit()) > 0) {
            visitor.end(Ending.VISIT_TOO_LONG);
        } else if (visitor.silence().compareTo(config.idleTimeout()) > 0) {
            visitor.end(Ending.IDLE);
        }
    }

    /** Closes the live session; does nothing for a visitor who has left already, or was refused. */
    void leave(String key) {
        if (present.remove(key) != null) {
            uplink.close(key);
            places.release();
        }
    }

    /** The visitor, unless they have left, or were refused. */
    Optional<Visitor> find(String key) {
        return Optional.ofNullable(present.get(key));
    }

    int count() {
        return present.size();
    }
}
