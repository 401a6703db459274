package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.camelgenai.emulator.FrameType;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.scenario.Scenario;

/**
 * What the builder of the emulator has collected. Its text shows no part of it but the address: there are secrets in it.
 *
 * @param maxSessions          so many may be open at once
 * @param connectionLifetime   when a connection is asked to go, unless that is never
 * @param resumptionUsesTokens whether a resumption counts as a use of an ephemeral token
 */
public record EmulatorSettings(String host, int port, int tlsPort, Optional<String> apiKey, Set<String> accessTokens,
        Set<String> ephemeralTokens, Predicate<String> models, FrameType frames, Duration setupTimeout, Scenario scenario,
        Pacing pacing, int contextWindow, int maxSessions, Optional<Duration> connectionLifetime,
        boolean resumptionUsesTokens, int recordMessages, int recordSessions, long recordBytes) {

    /** Whether a client with that credential, which the emulator has not minted itself, may come in. */
    public boolean accepts(Credential credential) {
        if (credential.value().isEmpty()) {
            return apiKey.isEmpty() && accessTokens.isEmpty() && ephemeralTokens.isEmpty();
        }
        if (credential.isApiKey()) {
            return apiKey.isEmpty() || apiKey.get().equals(credential.value());
        }
        if (credential.isEphemeral()) {
            // where keys are checked, tokens are minted with them
            return ephemeralTokens.isEmpty() && apiKey.isEmpty() || ephemeralTokens.contains(credential.value());
        }
        return accessTokens.isEmpty() || accessTokens.contains(credential.value());
    }

    @Override
    public String toString() {
        return "EmulatorSettings[host=" + host + ", port=" + port + ", tlsPort=" + tlsPort + ']';
    }
}
