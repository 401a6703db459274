package dev.camelgenai.emulator.internal.cassette;

import java.util.List;

import dev.camelgenai.emulator.EmulatedService;
import io.vertx.core.buffer.Buffer;

/**
 * A cassette in memory.
 *
 * @param sessions in the order of their upgrades
 * @param ignored  paths whose values may differ in a replay
 */
public record Cassette(List<Session> sessions, List<String> ignored) {

    public Cassette {
        sessions = List.copyOf(sessions);
        ignored = List.copyOf(ignored);
    }

    /**
     * A recorded session.
     *
     * @param number 1 for the first, and so on
     * @param path   without the query
     * @param events those after its opening, in order
     */
    public record Session(int number, String path, EmulatedService service, List<CassetteEvent> events) {

        public Session {
            events = List.copyOf(events);
        }

        /** The messages of the client. */
        List<Buffer> clientMessages() {
            return events.stream().filter(CassetteEvent.Message.class::isInstance).map(CassetteEvent.Message.class::cast)
                    .filter(message -> message.from() == CassetteEvent.Side.CLIENT).map(CassetteEvent.Message::payload)
                    .toList();
        }

        /** Whether it was the emulator that ended it. */
        boolean endedByServer() {
            if (events.isEmpty()) {
                return false;
            }
            CassetteEvent last = events.get(events.size() - 1);
            return last instanceof CassetteEvent.Closed closed && closed.by() == CassetteEvent.Side.SERVER
                    || last instanceof CassetteEvent.Lost lost && lost.by() == CassetteEvent.Side.SERVER;
        }
    }
}
