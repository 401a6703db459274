package dev.camelgenai.live;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import dev.camelgenai.emulator.CredentialForm;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The options that say where to connect to, how and as whom, as the server sees them. */
class ConnectionOptionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    @TempDir
    private Path directory;

    private CamelContext context;
    private GenAiLiveComponent component;
    private GenAiLiveConfiguration options;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        component = context.getComponent("genai-live", GenAiLiveComponent.class);
        options = component.getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private RecordedSession connect(String query) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=10s" + query);
            }
        });
        context.start();
        Exchange exchange = context.createProducerTemplate().send("direct:ask", e -> e.getMessage().setBody("hello"));
        assertThat(exchange.getException()).isNull();
        return EMULATOR.get().awaitSessions(1, PATIENCE).get(0);
    }

    private SSLContextParameters trustingTheEmulator() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        Path pem = EMULATOR.get().exportCa(directory.resolve("ca.pem"));
        try (var in = java.nio.file.Files.newInputStream(pem)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = directory.resolve("trust.p12");
        try (var out = java.nio.file.Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        KeyStoreParameters keyStore = new KeyStoreParameters();
        keyStore.setResource(file.toString());
        keyStore.setPassword("changeit");
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(keyStore);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trust);
        return parameters;
    }

    @Test
    void tlsIsTrustedThroughTheEndpointsSslContextParameters() throws Exception {
        options.setApiKey("key");
        context.getRegistry().bind("ssl", trustingTheEmulator());

        RecordedSession session = connect("&sslContextParameters=#ssl&baseUrl=" + EMULATOR.get().wssUrl());

        assertThat(session.messageCount()).isEqualTo(1);
    }

    @Test
    void tlsIsTrustedThroughTheGlobalSslContextParameters() throws Exception {
        options.setApiKey("key");
        context.setSSLContextParameters(trustingTheEmulator());
        context.removeComponent("genai-live");
        GenAiLiveComponent global = new GenAiLiveComponent();
        global.setUseGlobalSslContextParameters(true);
        global.setConfiguration(options);
        context.addComponent("genai-live", global);

        RecordedSession session = connect("&baseUrl=" + EMULATOR.get().wssUrl());

        assertThat(session.messageCount()).isEqualTo(1);
    }

    @Test
    void anApiKeyTravelsInAHeaderAndNotInTheAddress() throws Exception {
        RecordedSession session = connect("&apiKey=my-key");

        assertThat(session.service()).isEqualTo(EmulatedService.DEVELOPER_API);
        assertThat(session.apiVersion()).isEqualTo("v1beta");
        assertThat(session.header("x-goog-api-key")).contains("my-key");
        assertThat(session.path()).doesNotContain("my-key");
        assertThat(session.header("origin")).as("a matter of browsers").isEmpty();
    }

    @Test
    void anEphemeralTokenGoesToTheConstrainedMethod() throws Exception {
        RecordedSession session = connect("&apiKey=auth_tokens/abc");

        assertThat(session.constrained()).isTrue();
        assertThat(session.apiVersion()).isEqualTo("v1alpha");
        assertThat(session.header("authorization")).contains("Token auth_tokens/abc");
    }

    @Test
    void vertexAiTakesGoogleCredentialsAndTheFullModelName() throws Exception {
        context.getRegistry().bind("google", GoogleCredentials.create(
                new AccessToken("ya29.token", Date.from(Instant.now().plus(Duration.ofHours(1))))));

        RecordedSession session = connect("&vertexAi=true&project=p1&location=us-central1&credentials=#google");

        assertThat(session.service()).isEqualTo(EmulatedService.VERTEX_AI);
        assertThat(session.header("authorization")).contains("Bearer ya29.token");
        assertThat(session.model())
                .contains("projects/p1/locations/us-central1/publishers/google/models/gemini-3.8-live");
    }

    @Test
    void vertexAiExpressTakesAKey() throws Exception {
        RecordedSession session = connect("&vertexAi=true&apiKey=express-key");

        assertThat(session.service()).isEqualTo(EmulatedService.VERTEX_AI);
        assertThat(session.credentialForm()).isEqualTo(CredentialForm.API_KEY_HEADER);
        assertThat(session.model()).contains("publishers/google/models/gemini-3.8-live");
    }

    @Test
    void aClientBeanSuppliesKeyAndService() throws Exception {
        context.getRegistry().bind("client", Client.builder().apiKey("clients-key").vertexAI(false).build());

        RecordedSession session = connect("&client=#client");

        assertThat(session.header("x-goog-api-key")).contains("clients-key");
    }

    @Test
    void extraHeadersAndTheApiVersionReachTheGateway() throws Exception {
        RecordedSession session = connect("&apiKey=key&apiVersion=v1&header.X-Tenant=blue&header.X-Trace=7");

        assertThat(session.apiVersion()).isEqualTo("v1");
        assertThat(session.header("x-tenant")).contains("blue");
        assertThat(session.header("x-trace")).contains("7");
    }

    @Test
    void aGenerateContentConfigIsAcceptedForItsLiveSubset() throws Exception {
        context.getRegistry().bind("generate", GenerateContentConfig.builder().temperature(0.25f).maxOutputTokens(7).build());

        RecordedSession session = connect("&apiKey=key&config=#generate");

        assertThat(session.awaitSetup(PATIENCE).at("/generationConfig/temperature").asDouble()).isEqualTo(0.25);
        assertThat(session.awaitSetup(PATIENCE).at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(7);
    }

    @Test
    void aMapAndJsonTextAreAcceptedAsConfig() throws Exception {
        context.getRegistry().bind("map", Map.of("temperature", 0.5));
        RecordedSession session = connect("&apiKey=key&config=#map");
        assertThat(session.awaitSetup(PATIENCE).at("/generationConfig/temperature").asDouble()).isEqualTo(0.5);

        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:json").to("genai-live:gemini-3.8-live?response=turn&sessionGroup=json&apiKey=key"
                        + "&config=RAW({\"temperature\":0.75})&temperature=0.125");
            }
        });
        context.createProducerTemplate().requestBody("direct:json", "hello");

        assertThat(EMULATOR.get().awaitSessions(2, PATIENCE).get(1).awaitSetup(PATIENCE).at("/generationConfig/temperature")
                .asDouble()).as("single options override the config").isEqualTo(0.125);
    }
}
