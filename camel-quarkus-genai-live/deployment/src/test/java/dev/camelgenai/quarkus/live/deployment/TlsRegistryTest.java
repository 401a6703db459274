package dev.camelgenai.quarkus.live.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import io.quarkus.test.QuarkusUnitTest;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A service with a certificate of an authority that only the TLS configuration of the application knows. */
class TlsRegistryTest {

    private static final Path AUTHORITY = Path.of("target", "tls-registry-test", "ca.pem");
    private static final String URL = "test.service.url";

    private static GenAiLiveEmulator service;

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClasses(EchoRoutes.class, Own.class))
            .setBeforeAllCustomizer(TlsRegistryTest::startService)
            .setAfterAllCustomizer(() -> service.close())
            .overrideConfigKey("quarkus.camel.genai-live.tls-configuration-name", "live")
            .overrideConfigKey("quarkus.tls.live.trust-store.pem.certs", AUTHORITY.toString())
            .overrideConfigKey("camel.component.genai-live.base-url", "${" + URL + "}")
            .overrideConfigKey("camel.component.genai-live.api-key", "key")
            .overrideConfigKey("camel.component.genai-live.reconnect", "false")
            .setLogRecordPredicate(record -> record.getMessage().contains("talk to an emulator"))
            .assertLogRecords(records -> assertThat(records).as("Dev Services").isEmpty());

    @Inject
    ProducerTemplate camel;
    @Inject
    TlsConfigurationRegistry registry;
    @Inject
    Event<CertificateUpdatedEvent> updates;

    /** An endpoint with parameters of its own, which trust what the JDK trusts. */
    public static class Own extends RouteBuilder {

        @Produces
        @Named("own")
        SSLContextParameters parameters() {
            return new SSLContextParameters();
        }

        @Override
        public void configure() {
            from("direct:own").to("genai-live:gemini-3.8-live?sessionGroup=own&sslContextParameters=#own&response=turn");
            from("direct:another").to("genai-live:gemini-3.8-live?sessionKey=another&response=turn");
        }
    }

    private static GenAiLiveEmulator emulator() {
        return GenAiLiveEmulator.builder().port(GenAiLiveEmulator.OFF).apiKey("key").pacing(Pacing.IMMEDIATE).start();
    }

    private static void startService() {
        service = emulator();
        try {
            Files.createDirectories(AUTHORITY.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        service.exportCa(AUTHORITY);
        System.setProperty(URL, service.wssUrl());
    }

    private void reload() {
        TlsConfiguration live = registry.get("live").orElseThrow();
        assertThat(live.reload()).isTrue();
        updates.fire(new CertificateUpdatedEvent("live", live));
    }

    @Test
    void theComponentTrustsWhatTheNamedConfigurationTrusts() {
        assertThat(camel.requestBody("direct:ask", "hello", String.class)).isEqualTo("hello");
    }

    @Test
    void anEndpointKeepsParametersOfItsOwn() {
        assertThatThrownBy(() -> camel.requestBody("direct:own", "hello", String.class))
                .isInstanceOf(CamelExecutionException.class).hasStackTraceContaining("unable to find valid certification path");
    }

    @Test
    void certificatesThatAreReloadedApplyToTheNextConnection() throws IOException {
        byte[] before = Files.readAllBytes(AUTHORITY);
        try (GenAiLiveEmulator stranger = emulator()) {
            stranger.exportCa(AUTHORITY);
            reload();

            assertThatThrownBy(() -> camel.requestBody("direct:another", "hello", String.class))
                    .hasStackTraceContaining("unable to find valid certification path");
        } finally {
            Files.write(AUTHORITY, before);
            reload();
        }
        assertThat(camel.requestBody("direct:another", "hello", String.class)).isEqualTo("hello");
    }
}
