package dev.camelgenai.emulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.AudioTranscriptionConfig;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.Content;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Modality;
import com.google.genai.types.Part;
import com.google.genai.types.Transcription;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** Google's own Java SDK, unmodified, over wss as it insists. */
class GoogleSdkTest {

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("secret").accessToken("ya29.x"));

    private final OkHttpClient http = new OkHttpClient.Builder()
            .sslSocketFactory(EMULATOR.get().clientSslContext().getSocketFactory(), EMULATOR.get().clientTrustManager())
            .build();
    private final BlockingQueue<LiveServerMessage> received = new LinkedBlockingQueue<>();

    @AfterEach
    void endOkHttp() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private Client client(EmulatedService service) {
        Client.Builder builder = Client.builder().clientOptions(ClientOptions.builder().customHttpClient(http).build())
                .httpOptions(HttpOptions.builder().baseUrl("https://127.0.0.1:" + EMULATOR.get().tlsPort()).build());
        if (service == EmulatedService.VERTEX_AI) {
            return builder.vertexAI(true).project("p1").location("us-central1")
                    .credentials(GoogleCredentials.create(new AccessToken("ya29.x", new Date(Long.MAX_VALUE)))).build();
        }
        return builder.apiKey("secret").build();
    }

    private List<LiveServerMessage> echo(Client client, LiveConnectConfig config, String text) throws Exception {
        List<LiveServerMessage> turn = new ArrayList<>();
        AsyncSession session = client.async.live.connect("gemini-live-test", config).get(10, TimeUnit.SECONDS);
        session.receive(received::add).get(10, TimeUnit.SECONDS);
        session.sendClientContent(LiveSendClientContentParameters.builder()
                .turns(List.of(Content.builder().role("user").parts(Part.fromText(text)).build())).turnComplete(true).build())
                .get(10, TimeUnit.SECONDS);
        do {
            LiveServerMessage message = received.poll(10, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            turn.add(message);
        } while (!turn.get(turn.size() - 1).serverContent().flatMap(c -> c.turnComplete()).orElse(false));
        session.close().get(10, TimeUnit.SECONDS);
        return turn;
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenTextModality_whenATurnIsSent_thenTheEchoComesBack(EmulatedService service) throws Exception {
        LiveConnectConfig config = LiveConnectConfig.builder().responseModalities(Modality.Known.TEXT).build();

        List<LiveServerMessage> turn;
        try (Client client = client(service)) {
            turn = echo(client, config, "Hello dear world");
        }

        StringBuilder text = new StringBuilder();
        turn.forEach(message -> message.serverContent().flatMap(c -> c.modelTurn()).ifPresent(c -> text.append(c.text())));
        assertThat(text).hasToString("Hello dear world");
        assertThat(turn.get(turn.size() - 1).usageMetadata().flatMap(usage -> usage.responseTokenCount())).contains(4);
        RecordedSession session = EMULATOR.get().sessions().get(0);
        assertThat(session.service()).isEqualTo(service);
        assertThat(session.model()).contains(service == EmulatedService.VERTEX_AI
                ? "projects/p1/locations/us-central1/publishers/google/models/gemini-live-test"
                : "models/gemini-live-test");
        assertThat(session.credentialForm()).isEqualTo(
                service == EmulatedService.VERTEX_AI ? CredentialForm.BEARER_HEADER : CredentialForm.API_KEY_HEADER);
        assertThat(session.awaitClosed(TIMEOUT).clientClose()).map(RecordedClose::code).contains(1000);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenNoConfig_whenATurnIsSent_thenSoundComesBack(EmulatedService service) throws Exception {
        try (Client client = client(service)) {
            List<LiveServerMessage> turn = echo(client, null, "Hello");

            assertThat(turn).anyMatch(
                    message -> message.serverContent().flatMap(c -> c.modelTurn()).flatMap(c -> c.parts()).isPresent());
        }
    }

    @Test
    void givenOutputTranscription_whenATurnIsSent_thenTheWordsComeWithTheSound() throws Exception {
        LiveConnectConfig config = LiveConnectConfig.builder()
                .outputAudioTranscription(AudioTranscriptionConfig.builder().build()).build();

        StringBuilder words = new StringBuilder();
        try (Client client = client(EmulatedService.DEVELOPER_API)) {
            echo(client, config, "Hello dear world").forEach(message -> message.serverContent()
                    .flatMap(c -> c.outputTranscription()).flatMap(Transcription::text).ifPresent(words::append));
        }

        assertThat(words).hasToString("Hello dear world");
    }

    @Test
    void givenTheClientSslContext_whenTheJdkConnectsToLocalhost_thenTheNameIsCertified() {
        HttpClient jdk = HttpClient.newBuilder().sslContext(EMULATOR.get().clientSslContext()).build();

        TestClient client = TestClient.connect(jdk,
                "wss://localhost:" + EMULATOR.get().tlsPort() + TestClient.DEVELOPER + "?key=secret");

        assertThat(client.send(TestClient.setup("")).next().json().has("setupComplete")).isTrue();
        assertThat(URI.create(EMULATOR.get().wssUrl()).getPort()).isEqualTo(EMULATOR.get().tlsPort());
    }

    @Test
    void givenAFile_whenTheCaIsExported_thenItIsPem(@TempDir Path dir) throws IOException {
        assertThat(EMULATOR.get().exportCa(dir.resolve("ca.pem"))).content().startsWith("-----BEGIN CERTIFICATE-----")
                .isEqualTo(EMULATOR.get().caPem());
    }
}
