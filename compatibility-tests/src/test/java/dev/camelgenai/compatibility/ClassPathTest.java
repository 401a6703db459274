package dev.camelgenai.compatibility;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.camelgenai.live.GenAiLiveComponent;
import io.netty.util.Version;
import org.apache.camel.impl.DefaultCamelContext;
import org.asynchttpclient.AsyncHttpClient;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the other tests of this folder have run with: the jar built on one Camel, and all of another one. */
class ClassPathTest {

    private static final String CAMEL = System.getProperty("expected.camel");
    private static final String NETTY = System.getProperty("expected.netty");
    private static final Pattern CAMEL_JAR = Pattern.compile("(camel-(?!genai-live).+?)-(\\d.*)\\.jar");

    @Test
    void theComponentIsTheJarThatWasBuiltOnAnotherCamel() throws Exception {
        Path component = Path.of(GenAiLiveComponent.class.getProtectionDomain().getCodeSource().getLocation().toURI());

        assertThat(component).as("run it with verify: before package there is no jar").isRegularFile();
        try (JarFile jar = new JarFile(component.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Built-With-Camel"))
                    .isEqualTo(System.getProperty("expected.built-with")).isNotEqualTo(CAMEL);
        }
    }

    @Test
    void everyJarOfCamelIsOfTheLine() throws Exception {
        Map<String, String> versions = List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .map(jar -> CAMEL_JAR.matcher(Path.of(jar).getFileName().toString())).filter(Matcher::matches)
                .collect(Collectors.toMap(jar -> jar.group(1), jar -> jar.group(2)));

        assertThat(versions).containsKeys("camel-api", "camel-support", "camel-base-engine", "camel-yaml-dsl")
                .allSatisfy((name, version) -> assertThat(version).as(name).isEqualTo(CAMEL));
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThat(context.getVersion()).isEqualTo(CAMEL);
        }
    }

    @Test
    void nettyIsThatOfTheLine() {
        assertThat(Version.identify()).containsKeys("netty-codec-http", "netty-handler", "netty-handler-proxy")
                .allSatisfy((name, version) -> assertThat(version.artifactVersion()).as(name).isEqualTo(NETTY));
    }

    @Test
    void theClientIsTheOneForThatNetty() throws IOException {
        Properties client = new Properties();
        try (InputStream pom = AsyncHttpClient.class
                .getResourceAsStream("/META-INF/maven/org.asynchttpclient/async-http-client/pom.properties")) {
            client.load(pom);
        }

        assertThat(client.getProperty("version")).isEqualTo(System.getProperty("expected.async-http-client"))
                .startsWith(NETTY.startsWith("4.1.") ? "2." : "3.");
    }
}
