package dev.camelgenai.live.protocol;

import java.time.Instant;
import java.util.Date;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What {@link SdkParityTest} does not compare: the SDK knows no plain sockets, and checks little. */
class LiveEndpointTest {

    private static final LiveCredentials KEY = LiveCredentials.apiKey("AIza-key");
    private static final LiveCredentials TOKEN = LiveCredentials.apiKey("auth_tokens/abc");
    private static final LiveCredentials OAUTH = LiveCredentials
            .google(GoogleCredentials.create(new AccessToken("t", Date.from(Instant.now().plusSeconds(3600)))));
    private static final String DEVELOPER_PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, ws://localhost:8080",
        "ws://127.0.0.1:1, ws://127.0.0.1:1",
        "http://[::1]:1, ws://[::1]:1",
        "https://proxy.test, wss://proxy.test",
        "wss://proxy.test/, wss://proxy.test",
        "HTTPS://proxy.test//, wss://proxy.test",
        "https://proxy.test/a/b/, wss://proxy.test/a/b",
    })
    void mapsTheSchemeAndAppendsThePathWithOneSlash(String baseUrl, String expected) {
        assertThat(LiveEndpoint.developerApi().withBaseUrl(baseUrl).uri(KEY)).hasToString(expected + DEVELOPER_PATH);
    }

    @Test
    void usesTheVersionInWhichEphemeralTokensWork() {
        assertThat(LiveEndpoint.developerApi().uri(TOKEN)).hasToString("wss://generativelanguage.googleapis.com"
                + "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained");
    }

    @Test
    void takesTheBaseUrlAsItIsWhenAProxyKnowsTheProject() {
        LiveEndpoint proxy = LiveEndpoint.vertexAi(null, null).withBaseUrl("https://proxy.test/live/?tenant=1");

        assertThat(proxy.uri(LiveCredentials.none())).hasToString("wss://proxy.test/live/?tenant=1");
        assertThat(proxy).asString().contains("proxy.test").doesNotContain("tenant");
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://proxy.test", "ws://192.168.1.1:80", "http://app.localhost", "http://localhost.evil.test",
        "http://127.0.0.1.evil.test" })
    void refusesToSendCredentialsInTheClearToAnotherMachine(String baseUrl) {
        LiveEndpoint endpoint = LiveEndpoint.developerApi();

        assertThatThrownBy(() -> endpoint.withBaseUrl(baseUrl)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("allowInsecure");
    }

    @Test
    void sendsInTheClearWhenAllowed() {
        LiveEndpoint endpoint = new LiveEndpoint(LiveService.DEVELOPER_API, "http://proxy.test", null, null, null, true);

        assertThat(endpoint.uri(KEY)).hasToString("ws://proxy.test" + DEVELOPER_PATH);
    }

    @ParameterizedTest
    @ValueSource(strings = { "proxy.test", "ftp://proxy.test", "https://", "https:///path", "https://user:s3cret@proxy.test",
        "https://proxy.test/#s3cret", "https://proxy test/?key=s3cret" })
    void refusesWhatIsNoBaseUrlWithoutRepeatingIt(String baseUrl) {
        LiveEndpoint endpoint = LiveEndpoint.developerApi();

        assertThatThrownBy(() -> endpoint.withBaseUrl(baseUrl)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("baseUrl").hasMessageNotContaining("s3cret");
    }

    @Test
    void refusesAQueryWhereAPathIsAppended() {
        LiveEndpoint endpoint = LiveEndpoint.developerApi().withBaseUrl("https://proxy.test?key=s3cret");

        assertThatThrownBy(() -> endpoint.uri(KEY)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("query").hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource({ "evil.test/, p", "us-central1#, p", "l, p/../q", "l, ' '" })
    void refusesAPlaceThatWouldChangeTheHostOrTheModel(String location, String project) {
        assertThatThrownBy(() -> LiveEndpoint.vertexAi(project, location)).isInstanceOf(LiveInputException.class);
    }

    @Test
    void refusesCredentialsThatTheServiceDoesNotTake() {
        LiveEndpoint developer = LiveEndpoint.developerApi();
        LiveEndpoint vertex = LiveEndpoint.vertexAi("p", "l");

        assertThatThrownBy(() -> developer.uri(OAUTH)).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("vertexAi=true");
        assertThatThrownBy(() -> developer.uri(LiveCredentials.none())).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("apiKey").hasMessageContaining("GOOGLE_API_KEY");
        assertThatThrownBy(() -> vertex.uri(TOKEN)).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("Developer API only");
    }

    @Test
    void namesWhatIsMissingForVertexAi() {
        LiveEndpoint endpoint = LiveEndpoint.vertexAi("p", null);

        assertThatThrownBy(() -> endpoint.uri(OAUTH)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("project").hasMessageContaining("location").hasMessageContaining("baseUrl");
    }
}
