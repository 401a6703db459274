package dev.camelgenai.quarkus.live.deployment;

import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;

/** Camel GenAI Live. */
@ConfigMapping(prefix = "quarkus.camel.genai-live")
@ConfigRoot(phase = ConfigPhase.BUILD_TIME)
public interface GenAiLiveBuildTimeConfig {

    /**
     * Whether a readiness check tells about sessions, where the application has Quarkus's health extension. It is DOWN while a
     * route has lost the session that it opens at its start.
     */
    @WithName("health.enabled")
    @WithDefault("true")
    boolean healthEnabled();

    /** Whether there are metrics of the session groups, where the application has an extension for metrics. */
    @WithName("metrics.enabled")
    @WithDefault("true")
    boolean metricsEnabled();

    /** The emulator that stands in for the service in dev and test mode. */
    DevServices devservices();

    /** The emulator that stands in for the service in dev and test mode. */
    interface DevServices {

        /**
         * Whether an emulator of the service starts in dev and test mode, in the process of the build and without a container,
         * and {@code camel.component.genai-live.base-url} names it. It does not start where a key, a base URL, or a setting of
         * Vertex AI or of the SDK's client says which service to talk to, nor where the application has a bean named
         * {@code genai-live}; never in production.
         */
        @WithDefault("true")
        boolean enabled();

        /** The port of the emulator, on the loopback address; 0 for any free one, which stays the same over live reloads. */
        @WithDefault("0")
        int port();

        /**
         * How the model answers: {@code assistant}, {@code parrot}, {@code echo}, {@code silent}, or the path of a YAML file
         * with a scenario, relative to the directory of the application's module. When the file changes, the emulator is
         * started anew with the next reload.
         */
        @WithDefault("assistant")
        String scenario();

        /**
         * How fast the model speaks: {@code realistic}, as the service does, so that it can be interrupted; or
         * {@code immediate}, which makes tests of what is said faster.
         */
        @WithDefault("realistic")
        SpeechPacing pacing();
    }

    /** How fast the model speaks. */
    enum SpeechPacing {
        /** Four times as fast as it is played, and a turn is complete after the playback. */
        REALISTIC,
        /** Everything as fast as the client takes it. */
        IMMEDIATE
    }
}
