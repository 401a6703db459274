package dev.camelgenai.live.session;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveUpgradeRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FailureClassifierTest {

    private final FailureClassifier classifier = new FailureClassifier(URI.create("wss://live.example:443/ws/x"), "models/m");

    @ParameterizedTest(name = "{0} \"{1}\" before setupComplete is a {2}")
    @CsvSource(delimiter = '|', value = {
        "1007 | API key not valid. Please pass a valid API key.                     | LiveAuthenticationException | false | apiKey",
        "1007 | User location is not supported for the API use.                     | LiveSetupRejectedException  | false | vertexAi",
        "1007 | models/x is not supported in the live api.                          | LiveSetupRejectedException  | false | apiVersion",
        "1007 | Request contains an invalid argument.                               | LiveSetupRejectedException  | false | config",
        "1008 | models/x is not found for API version v1beta, or is not supported   | LiveSetupRejectedException  | false | apiVersion",
        "1008 | Operation is not implemented, or supported, or enabled.             | LiveConnectionException     | true  | repeated",
        "1008 | Requested entity was not found.                                     | LiveConnectionException     | true  | resumption",
        "1011 | Internal error occurred.                                            | LiveConnectionException     | true  | 1011",
        "1011 | You exceeded your current quota, please check your plan             | LiveRateLimitException      | true  | quota",
        "1011 | RESOURCE_EXHAUSTED                                                  | LiveRateLimitException      | true  | quota",
        "1006 |                                                                     | LiveConnectionException     | true  | without a closing handshake",
        "1000 | The operation was cancelled.                                        | LiveConnectionException     | true  | cancelled" })
    void closesBeforeTheSetupIsAnswered(int code, String reason, String type, boolean retriable, String hint) {
        GenAiLiveException failure = classifier.notSetUp(
                new LiveClose(code, reason == null ? "" : reason, true, null), Redaction.NONE);

        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure.isRetriable()).isEqualTo(retriable);
        assertThat(failure).hasMessageContaining(hint).hasMessageContaining("models/m");
    }

    @ParameterizedTest(name = "HTTP {0} is a {1}")
    @CsvSource({ "301, LiveConnectionException, false, baseUrl", "400, LiveConnectionException, false, apiVersion",
        "401, LiveAuthenticationException, false, apiKey", "403, LiveAuthenticationException, false, apiKey",
        "404, LiveConnectionException, false, baseUrl", "407, LiveConnectionException, false, proxyPassword",
        "429, LiveRateLimitException, true, quota", "503, LiveConnectionException, true, later",
        "200, LiveConnectionException, false, baseUrl" })
    void refusedUpgrades(int status, String type, boolean retriable, String hint) {
        GenAiLiveException failure = classifier.notConnected(
                new CompletionException(new LiveUpgradeRefusedException(status, "the body")), Redaction.NONE);

        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure.isRetriable()).isEqualTo(retriable);
        assertThat(failure).hasMessageContaining(hint).hasMessageContaining("the body").hasMessageContaining("live.example");
    }

    @Test
    void aProxysRefusalIsNotTakenForABadKey() {
        GenAiLiveException failure = classifier.notConnected(new LiveUpgradeRefusedException(403, "no", true), Redaction.NONE);

        assertThat(failure).isInstanceOf(LiveConnectionException.class).hasMessageContaining("proxyPassword")
                .hasMessageNotContaining("apiKey");
    }

    @Test
    void problemsOfTheNetworkNameTheOptionThatHelps() {
        assertThat(classifier.notConnected(new UnknownHostException("live.example"), Redaction.NONE))
                .hasMessageContaining("baseUrl").hasMessageContaining("live.example");
        assertThat(classifier.notConnected(new ConnectException("refused"), Redaction.NONE)).hasMessageContaining("proxyHost");
        assertThat(classifier.notConnected(new SSLHandshakeException("PKIX"), Redaction.NONE))
                .hasMessageContaining("sslContextParameters");
        assertThat(classifier.notConnected(new TimeoutException("late"), Redaction.NONE))
                .hasMessageContaining("connectTimeout");
    }

    @Test
    void aLostSessionIsNeverASetupProblem() {
        assertThat(classifier.lost(new LiveClose(1007, "Request contains an invalid argument.", true, null), Redaction.NONE)
                .getClass().getSimpleName()).isEqualTo("LiveSessionLostException");
    }

    @ParameterizedTest(name = "{0} \"{1}\" in a session: {2}")
    @CsvSource(delimiter = '|', value = {
        "1000 | The operation was cancelled.                       | Ask again: that opens another one",
        "1006 |                                                    | check the network and the proxy",
        "1007 | Request contains an invalid argument.              | Check what was sent last",
        "1011 | Deadline expired before operation could complete.  | Ask again: that opens another one",
        "1011 | Internal error occurred.                           | with growing pauses",
        "1013 |                                                    | with growing pauses" })
    void aLostSessionSaysWhatToDo(int code, String reason, String hint) {
        assertThat(classifier.lost(new LiveClose(code, reason == null ? "" : reason, true, null), Redaction.NONE))
                .hasMessageContaining(hint);
    }

    @Test
    void whatTheServerQuotesOfTheCredentialIsTakenOut() {
        Redaction redaction = Redaction.of(List.of("Bearer ya29.secret", "AIzaSecret"));

        GenAiLiveException closed = classifier.notSetUp(new LiveClose(1007, "bad key AIzaSecret", true, null), redaction);
        GenAiLiveException refused = classifier.notConnected(
                new LiveUpgradeRefusedException(403, "token ya29.secret is bad"), redaction);

        assertThat(closed).hasMessageContaining("bad key xxxxxx").hasMessageNotContaining("AIzaSecret");
        assertThat(refused).hasMessageContaining("token xxxxxx is bad").hasMessageNotContaining("ya29");
        assertThat(refused.getCause()).hasMessageNotContaining("ya29");
    }
}
