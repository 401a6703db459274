package dev.camelgenai.quarkus.live.deployment;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

import org.eclipse.microprofile.config.Config;

/** The settings that say which service an application talks to. */
final class LiveServiceSettings {

    private static final String COMPONENT = "camelcomponentgenailive";

    /**
     * Without dots and dashes: a setting may come from the environment or from a properties file, which spell it differently.
     * On Vertex AI the credentials are often found without any key.
     */
    private static final Set<String> NAMES = Set.of("geminiapikey", "googleapikey", "googlegeminibaseurl",
            "googlevertexbaseurl", "googlegenaiusevertexai", "googlegenaiuseenterprise", COMPONENT + "apikey",
            COMPONENT + "baseurl", COMPONENT + "vertexai", COMPONENT + "credentials", COMPONENT + "client");

    private LiveServiceSettings() {
    }

    /**
     * The name of one that is set, as it is spelled there. Values are not looked at but for being blank or {@code false}, which
     * settle nothing.
     */
    static Optional<String> in(Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> NAMES.contains(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")))
                .filter(name -> settles(config.getOptionalValue(name, String.class).orElse("")))
                .sorted().findFirst();
    }

    private static boolean settles(String value) {
        return !value.isBlank() && !"false".equalsIgnoreCase(value.strip());
    }
}
