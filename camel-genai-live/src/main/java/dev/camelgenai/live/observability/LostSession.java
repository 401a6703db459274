package dev.camelgenai.live.observability;

/**
 * A session without which a route does not run ({@code sessionStart=onStart}): it could not be opened, or has ended for good.
 *
 * @param routeId the route that is not running for it
 * @param key     a digest, as in {@link SessionOverview#key()}
 * @param reason  what went wrong and what to do about it; without keys and secrets
 */
public record LostSession(String routeId, String group, String key, String reason) {
}
