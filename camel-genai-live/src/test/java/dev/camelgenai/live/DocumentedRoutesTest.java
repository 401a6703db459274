package dev.camelgenai.live;

import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DocumentedRoutesTest {

    private static final String DOCUMENT = """
            = A document

            [#imports]
            [source,java]
            ----
            import java.util.Map;
            ----

            [#greet]
            [source,java]
            ----
            import java.util.Locale;

            from("direct:greet")
                .process(exchange -> exchange.getMessage().setBody(
                    Map.of("text", "hello".toUpperCase(Locale.ROOT))))
                .setBody(simple("${body[text]}"));
            ----

            Words in between.

            [source,yaml]
            ----
            - route:
                from:
                  uri: direct:greet
                  steps:
                    - setBody:
                        constant: HELLO
            ----

            [#lonely]
            [source,java]
            ----
            from("direct:lonely").to("log:lonely");
            ----

            [source,java]
            ----
            session.sendRealtimeInput(parameters);
            ----

            [source,yaml]
            ----
            a: configuration
            ----
            """;

    @TempDir
    Path directory;

    private DocumentedRoutes routes() throws Exception {
        return DocumentedRoutes.of(Files.writeString(directory.resolve("document.adoc"), DOCUMENT));
    }

    @ParameterizedTest
    @ValueSource(strings = { "java", "yaml" })
    void aSampleRunsAsItStandsInTheDocument(String language) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            routes().sample("greet").addTo(context, language);
            context.start();

            assertThat(context.createProducerTemplate().requestBody("direct:greet", "", String.class)).isEqualTo("HELLO");
        }
    }

    @Test
    void blocksWithoutIdAreNoSamples() throws Exception {
        assertThat(routes().ids()).containsExactly("greet", "lonely");
        assertThat(routes().unnamed()).containsExactly("session.sendRealtimeInput(parameters);\n", "a: configuration\n");
    }

    @Test
    void aLanguageThatIsMissingIsTold() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            assertThatThrownBy(() -> routes().sample("lonely").addTo(context, "yaml")).hasMessageContaining("lonely")
                    .hasMessageContaining("yaml");
        }
    }
}
