package dev.camelgenai.examples.service;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.live.GenAiLiveComponent;
import org.apache.camel.quarkus.core.events.ComponentAddEvent;
import org.eclipse.microprofile.config.Config;

/**
 * Which service an example talks to: the one that key and base URL name, and without either of them an emulator in this process, which
 * is started when Camel makes the component. Properties: {@code live.base-url}; {@code live.emulator.scenario} ({@code assistant},
 * {@code parrot}, {@code echo}, a YAML file, or {@code classpath:} and a YAML resource) and {@code live.emulator.pacing} ({@code immediate}, or {@code realistic} for who listens
 * to the model).
 */
@ApplicationScoped
public class LiveService {

    private static final String BASE_URL = "live.base-url";
    private static final String COMPONENT = "camelcomponentgenailive";

    /**
     * What settles the matter, without dots and dashes: a setting may come from the environment or from a properties file,
     * which spell it differently. On Vertex AI the credentials are often found without any key.
     */
    private static final Set<String> SETTLED_BY = Set.of("geminiapikey", "googleapikey", "googlegeminibaseurl",
            "googlevertexbaseurl", "googlegenaiusevertexai", "googlegenaiuseenterprise", "livebaseurl",
            COMPONENT + "apikey", COMPONENT + "baseurl", COMPONENT + "vertexai", COMPONENT + "credentials",
            COMPONENT + "client");

    private enum Pace {

        IMMEDIATE(Pacing.IMMEDIATE),
        REALISTIC(Pacing.REALISTIC);

        private final Pacing pacing;

        Pace(Pacing pacing) {
            this.pacing = pacing;
        }
    }

    private final Config config;
    private volatile GenAiLiveComponent component;
    private volatile GenAiLiveEmulator emulator;

    LiveService(Config config) {
        this.config = config;
    }

    /** Before Camel sets the properties of the component, so that those win. */
    void configure(@Observes ComponentAddEvent added) {
        if (added.getComponent() instanceof GenAiLiveComponent made) {
            component = made;
            if (needsEmulator(config)) {
                emulator = GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF)
                        .pacing(config.getValue("live.emulator.pacing", Pace.class).pacing)
                        .scenario(EmulatedScenario.named(config.getValue("live.emulator.scenario", String.class))).start();
                made.getConfiguration().setBaseUrl(emulator.wsUrl());
            } else {
                config.getOptionalValue(BASE_URL, String.class).ifPresent(made.getConfiguration()::setBaseUrl);
            }
        }
    }

    static boolean needsEmulator(Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> SETTLED_BY.contains(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")))
                .map(name -> config.getOptionalValue(name, String.class).orElse(""))
                .allMatch(value -> value.isBlank() || "false".equalsIgnoreCase(value));
    }

    /** The emulator, if there is one; there is none before Camel has made the component. */
    public Optional<GenAiLiveEmulator> emulator() {
        return Optional.ofNullable(emulator);
    }

    /** One line for the user; nothing secret. */
    public String description() {
        return emulator().map(running -> "No GEMINI_API_KEY: talking to the embedded emulator at " + running.wsUrl())
                .orElseGet(() -> baseUrl().map(url -> "Talking to the live service at " + url)
                        .orElse("Talking to Google's live service"));
    }

    /** As far as it may be shown: no user, no query. */
    private Optional<String> baseUrl() {
        return Optional.ofNullable(component).map(made -> made.getConfiguration().getBaseUrl())
                .or(() -> Stream.of("GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL")
                        .flatMap(name -> config.getOptionalValue(name, String.class).stream()).findFirst())
                .map(URI::create)
                .map(url -> url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()));
    }

    @PreDestroy
    void stop() {
        emulator().ifPresent(GenAiLiveEmulator::close);
    }
}
