package dev.camelgenai.live;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.SessionEvent;

/** The events of sessions by the names that the option {@code sessionEvents} and the header have for them. */
enum SessionEventKind {

    opened,
    resumed,
    reconnecting,
    goAway,
    closed;

    static SessionEventKind of(SessionEvent event) {
        if (event instanceof SessionEvent.Opened) {
            return opened;
        }
        if (event instanceof SessionEvent.Resumed) {
            return resumed;
        }
        if (event instanceof SessionEvent.Reconnecting) {
            return reconnecting;
        }
        return event instanceof SessionEvent.GoingAway ? goAway : closed;
    }

    /**
     * @param  option             names separated by commas; {@code null} for none
     * @throws LiveInputException when a name is not known
     */
    static Set<SessionEventKind> parse(String option) {
        Set<SessionEventKind> kinds = EnumSet.noneOf(SessionEventKind.class);
        if (option != null && !option.isBlank()) {
            Arrays.stream(option.split(",")).map(String::strip).map(SessionEventKind::named).forEach(kinds::add);
        }
        return Collections.unmodifiableSet(kinds);
    }

    private static SessionEventKind named(String name) {
        return Arrays.stream(values()).filter(kind -> kind.name().equals(name)).findFirst()
                .orElseThrow(() -> new LiveInputException("The option sessionEvents accepts a comma-separated list of "
                        + Arrays.toString(values()) + ", but has '" + name + "'", false));
    }
}
