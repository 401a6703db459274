package dev.camelgenai.live.observability;

import java.util.Optional;

import dev.camelgenai.live.session.LiveSessionState;

/**
 * A session at one moment.
 *
 * @param key     a digest of its key, which itself may be personal data: the same for the same key for as long as the component
 *                lives, and of no use to find out the key
 * @param id      that the service gave it; the Developer API gives none
 * @param waiting sends that wait for the socket
 */
public record SessionOverview(String key, LiveSessionState state, Optional<String> id, int waiting) {
}
