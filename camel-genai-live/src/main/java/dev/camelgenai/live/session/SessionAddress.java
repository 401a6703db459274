package dev.camelgenai.live.session;

import java.util.Objects;

/**
 * Names one session of a component.
 *
 * @param group the sessions that share one profile
 * @param key   the conversation within the group
 */
public record SessionAddress(String group, String key) {

    public SessionAddress {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(key, "key");
    }
}
