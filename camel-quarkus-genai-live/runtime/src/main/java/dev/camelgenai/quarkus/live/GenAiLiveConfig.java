package dev.camelgenai.quarkus.live;

import java.util.Optional;

import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;

/** Camel GenAI Live. */
@ConfigMapping(prefix = "quarkus.camel.genai-live")
@ConfigRoot(phase = ConfigPhase.RUN_TIME)
public interface GenAiLiveConfig {

    /**
     * The name of a TLS configuration ({@code quarkus.tls.<name>.*}) for the connections to the service: trusted
     * certificates, client certificate, protocols and cipher suites. It applies to all endpoints that have no
     * {@code sslContextParameters} of their own, and not to a component that has been given some. Certificates that are
     * reloaded apply to the next connection. The name of the host is always verified.
     * <p>
     * Without it the JDK's default applies.
     */
    Optional<String> tlsConfigurationName();
}
