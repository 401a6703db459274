package dev.camelgenai.examples.chatbot;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.GenAiLiveComponent;
import org.eclipse.microprofile.config.Config;

/**
 * Which service the chatbot talks to: the one that key and base URL name, and without either of them an emulator in this
 * process.
 */
@ApplicationScoped
public class LiveService {

    private static final String BASE_URL = "chatbot.base-url";
    private static final int RECONNECT_ATTEMPTS = 2;
    private static final String COMPONENT = "camelcomponentgenailive";

    /**
     * What settles the matter, without dots and dashes: a setting may come from the environment or from a properties file,
     * which spell it differently. On Vertex AI the credentials are often found without any key.
     */
    private static final Set<String> SETTLED_BY = Set.of("geminiapikey", "googleapikey", "googlegeminibaseurl",
            "googlevertexbaseurl", "googlegenaiusevertexai", "googlegenaiuseenterprise", "chatbotbaseurl",
            COMPONENT + "apikey", COMPONENT + "baseurl", COMPONENT + "vertexai", COMPONENT + "credentials",
            COMPONENT + "client");

    private final Config config;
    private volatile GenAiLiveEmulator emulator;

    LiveService(Config config) {
        this.config = config;
    }

    /** Camel looks components up by their scheme before it makes one of its own. */
    @Produces
    @Singleton
    @Named("genai-live")
    GenAiLiveComponent component() {
        GenAiLiveComponent component = new GenAiLiveComponent();
        // who waits for an answer rather hears soon that there is none
        component.getConfiguration().setReconnectMaxAttempts(RECONNECT_ATTEMPTS);
        if (needsEmulator(config)) {
            // who writes does not want to wait until the answer would have been spoken
            emulator = GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF).pacing(Pacing.IMMEDIATE)
                    .scenario(Scenarios.named(config.getValue("chatbot.emulator.scenario", String.class))).start();
            component.getConfiguration().setBaseUrl(emulator.wsUrl());
        } else {
            config.getOptionalValue(BASE_URL, String.class).ifPresent(component.getConfiguration()::setBaseUrl);
        }
        return component;
    }

    static boolean needsEmulator(Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> SETTLED_BY.contains(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")))
                .map(name -> config.getOptionalValue(name, String.class).orElse(""))
                .allMatch(value -> value.isBlank() || "false".equalsIgnoreCase(value));
    }

    /** The emulator, if there is one. */
    Optional<GenAiLiveEmulator> emulator() {
        return Optional.ofNullable(emulator);
    }

    /** One line for the user; nothing secret. */
    String description() {
        return emulator().map(running -> "No GEMINI_API_KEY: talking to the embedded emulator at " + running.wsUrl())
                .orElse("Talking to the live service that key and base URL name");
    }

    @PreDestroy
    void stop() {
        emulator().ifPresent(GenAiLiveEmulator::close);
    }
}
