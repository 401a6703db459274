package dev.camelgenai.live;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.ReceivedMessage;

/**
 * Which events a consumer is for: the option {@code events}.
 *
 * @param wanted {@code null} for all, and messages that bring none as well
 */
record LiveEventKinds(Set<ServerEvent.Kind> wanted) {

    /**
     * @param  option                             comma-separated names; {@code null} for all
     * @throws LiveInputException when it names something else
     */
    static LiveEventKinds parse(String option) {
        if (option == null || option.isBlank()) {
            return new LiveEventKinds(null);
        }
        Set<ServerEvent.Kind> kinds = EnumSet.noneOf(ServerEvent.Kind.class);
        for (String name : option.split(",")) {
            kinds.add(Arrays.stream(ServerEvent.Kind.values()).filter(kind -> kind.name().equals(name.strip())).findFirst()
                    .orElseThrow(() -> new LiveInputException("The option events must be a comma-separated list of "
                            + Arrays.toString(ServerEvent.Kind.values()) + ", but is " + option, false)));
        }
        return new LiveEventKinds(kinds);
    }

    boolean contains(ServerEvent event) {
        return contains(event.kind());
    }

    boolean contains(ServerEvent.Kind kind) {
        return wanted == null || wanted.contains(kind);
    }

    /**
     * Whether a message brings one of them. What comes for the transcripts alone is no message of the service: it is wanted only
     * where they are asked for by name.
     */
    boolean isIn(ReceivedMessage received) {
        if (wanted == null) {
            return received.message() != ServerMessage.nothing();
        }
        return LiveEvents.events(received).stream().anyMatch(this::contains);
    }
}
