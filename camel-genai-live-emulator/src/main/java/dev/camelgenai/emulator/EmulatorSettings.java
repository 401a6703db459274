package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.scenario.Scenario;

/** What the builder of the emulator has collected. Has no {@code toString} of its own parts: there are secrets in it. */
record EmulatorSettings(String host, int port, int tlsPort, Optional<String> apiKey, Set<String> accessTokens,
        Set<String> ephemeralTokens, Predicate<String> models, FrameType frames, Duration setupTimeout, Scenario scenario,
        int recordMessages, int recordSessions) {

    /** Whether a client with that credential may come in. */
    boolean accepts(Credential credential) {
        if (credential.value().isEmpty()) {
            return apiKey.isEmpty() && accessTokens.isEmpty() && ephemeralTokens.isEmpty();
        }
        if (credential.isApiKey()) {
            return apiKey.isEmpty() || apiKey.get().equals(credential.value());
        }
        Set<String> tokens = credential.isEphemeral() ? ephemeralTokens : accessTokens;
        return tokens.isEmpty() || tokens.contains(credential.value());
    }

    @Override
    public String toString() {
        return "EmulatorSettings[host=" + host + ", port=" + port + ", tlsPort=" + tlsPort + ']';
    }
}
