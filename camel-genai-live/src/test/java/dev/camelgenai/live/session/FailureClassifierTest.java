package dev.camelgenai.live.session;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.ServiceRefusal;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveUpgradeRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
                new LiveClose(code, reason == null ? "" : reason, true, null), Redaction.NONE).ending().failure();

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
                new CompletionException(new LiveUpgradeRefusedException(status, "the body")), Redaction.NONE).ending()
                .failure();

        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure.isRetriable()).isEqualTo(retriable);
        assertThat(failure).hasMessageContaining(hint).hasMessageContaining("the body").hasMessageContaining("live.example");
    }

    @Test
    void aProxysRefusalIsNotTakenForABadKey() {
        GenAiLiveException failure = classifier.notConnected(new LiveUpgradeRefusedException(403, "no", true), Redaction.NONE)
                .ending().failure();

        assertThat(failure).isInstanceOf(LiveConnectionException.class).hasMessageContaining("proxyPassword")
                .hasMessageNotContaining("apiKey");
    }

    @ParameterizedTest(name = "{0} is retried: {1}")
    @MethodSource
    void problemsOfTheNetworkNameTheOptionThatHelps(Throwable thrown, Retry retry, String hint) {
        Verdict verdict = classifier.notConnected(thrown, Redaction.NONE);

        assertThat(verdict.retry()).isEqualTo(retry);
        assertThat(verdict.mayBeTheHandle()).isFalse();
        assertThat(verdict.ending().code()).isZero();
        assertThat(verdict.ending().reason()).isEmpty();
        assertThat(verdict.ending().failure()).isInstanceOf(LiveConnectionException.class).hasMessageContaining(hint)
                .hasMessageContaining("live.example").hasCause(thrown);
        assertThat(verdict.ending().failure().isRetriable()).isEqualTo(retry != Retry.NEVER);
    }

    static Stream<Arguments> problemsOfTheNetworkNameTheOptionThatHelps() {
        return Stream.of(
                arguments(new UnknownHostException("live.example"), Retry.BACKOFF, "baseUrl"),
                arguments(new ConnectException("refused"), Retry.BACKOFF, "proxyHost"),
                arguments(new TimeoutException("late"), Retry.BACKOFF, "connectTimeout"),
                arguments(new IOException("reset"), Retry.BACKOFF, "reset"),
                arguments(new SSLHandshakeException("PKIX"), Retry.NEVER, "sslContextParameters"),
                arguments(new IllegalArgumentException("no header"), Retry.NEVER, "no header"));
    }

    @ParameterizedTest(name = "a failure of ours that is retriable: {0}")
    @CsvSource({ "true, BACKOFF", "false, NEVER" })
    void whatIsClassifiedAlreadyStaysSo(boolean retriable, Retry retry) {
        GenAiLiveException known = new LiveAuthenticationException("no access token", retriable);

        Verdict verdict = classifier.notConnected(new CompletionException(known), Redaction.NONE);

        assertThat(verdict).isEqualTo(new Verdict(new SessionEvent.Ending(known, 0, ""), retry, false));
    }

    @Test
    void aLostSessionIsNeverASetupProblem() {
        assertThat(classifier.lost(new LiveClose(1007, "Request contains an invalid argument.", true, null), Redaction.NONE)
                .ending().failure()).isInstanceOf(LiveSessionLostException.class);
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
        assertThat(classifier.lost(new LiveClose(code, reason == null ? "" : reason, true, null), Redaction.NONE)
                .ending().failure()).hasMessageContaining(hint);
    }

    @Test
    void whatTheServerQuotesOfTheCredentialIsTakenOut() {
        Redaction redaction = Redaction.of(List.of("Bearer ya29.secret", "AIzaSecret"));

        SessionEvent.Ending closed = classifier.notSetUp(new LiveClose(1007, "bad key AIzaSecret", true, null), redaction)
                .ending();
        SessionEvent.Ending refused = classifier.notConnected(
                new LiveUpgradeRefusedException(403, "token ya29.secret is bad"), redaction).ending();

        assertThat(closed.reason()).isEqualTo("bad key xxxxxx");
        assertThat(closed.failure()).hasMessageContaining("bad key xxxxxx").hasMessageNotContaining("AIzaSecret");
        assertThat(refused.reason()).isEqualTo("token xxxxxx is bad");
        assertThat(refused.failure()).hasMessageContaining("token xxxxxx is bad").hasMessageNotContaining("ya29");
        assertThat(refused.failure().getCause()).hasMessageNotContaining("ya29");
    }

    // ---- what to do about it, for everything that the service is known to do

    private enum Handle {
        SUSPECT,
        INNOCENT
    }

    /** What a close means before setupComplete and in a session, and whether a handle may have been refused with it. */
    private record Expected(Class<?> early, Retry earlyRetry, Handle handle, Class<?> late, Retry lateRetry) {
    }

    private static Expected expected(ServiceClose close) {
        return switch (close) {
            case CANCELLED, NORMAL_EMPTY, SERVICE_RESTART, TRY_AGAIN, SESSION_ALREADY_OPEN -> new Expected(
                    LiveConnectionException.class, Retry.BACKOFF, Handle.INNOCENT, LiveSessionLostException.class,
                    Retry.BACKOFF);
            case INTERNAL_ERROR, DEADLINE_EXPIRED, UNAVAILABLE, THREAD_CANCELLED -> new Expected(
                    LiveConnectionException.class, Retry.BACKOFF, Handle.SUSPECT, LiveSessionLostException.class,
                    Retry.BACKOFF);
            case RESOURCE_EXHAUSTED, OVERLOADED -> new Expected(LiveRateLimitException.class, Retry.BACKOFF, Handle.INNOCENT,
                    LiveRateLimitException.class, Retry.BACKOFF);
            case API_KEY_NOT_VALID, API_KEY_EXPIRED -> new Expected(LiveAuthenticationException.class, Retry.NEVER,
                    Handle.INNOCENT, LiveAuthenticationException.class, Retry.NEVER);
            case LOCATION_NOT_SUPPORTED, MODEL_NOT_SUPPORTED_IN_LIVE, MODEL_NOT_FOUND -> new Expected(
                    LiveSetupRejectedException.class, Retry.NEVER, Handle.INNOCENT, LiveSessionLostException.class,
                    Retry.NEVER);
            case INVALID_ARGUMENT, UNKNOWN_FIELD, AUDIO_NOT_SUPPORTED -> new Expected(LiveSetupRejectedException.class,
                    Retry.NEVER, Handle.SUSPECT, LiveSessionLostException.class, Retry.ONCE);
            case OPERATION_NOT_IMPLEMENTED, ENTITY_NOT_FOUND -> new Expected(LiveConnectionException.class, Retry.ONCE,
                    Handle.SUSPECT, LiveSessionLostException.class, Retry.ONCE);
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyCloseOfTheServiceHasAVerdictBeforeSetupComplete(ServiceClose known) {
        Verdict verdict = classifier.notSetUp(new LiveClose(known.code(), known.reason(), true, null), Redaction.NONE);

        Expected expected = expected(known);
        assertThat(verdict.retry()).isEqualTo(expected.earlyRetry);
        assertThat(verdict.mayBeTheHandle()).isEqualTo(expected.handle == Handle.SUSPECT);
        assertEnding(verdict, known.code(), known.reason(), expected.early);
    }

    @ParameterizedTest
    @EnumSource
    void everyCloseOfTheServiceHasAVerdictInASession(ServiceClose known) {
        Verdict verdict = classifier.lost(new LiveClose(known.code(), known.reason(), true, null), Redaction.NONE);

        Expected expected = expected(known);
        assertThat(verdict.retry()).isEqualTo(expected.lateRetry);
        assertThat(verdict.mayBeTheHandle()).isFalse();
        assertEnding(verdict, known.code(), known.reason(), expected.late);
    }

    @Test
    void whatASessionDidNotUnderstandIsNotWorthSendingAgainThoughTheSessionGoesOn() {
        Verdict verdict = classifier.lost(new LiveClose(1007, "Request contains an invalid argument.", true, null),
                Redaction.NONE);

        assertThat(verdict.retry()).isEqualTo(Retry.ONCE);
        assertThat(verdict.ending().failure().isRetriable()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalOfTheServiceHasAVerdict(ServiceRefusal known) {
        Verdict verdict = classifier.notConnected(new LiveUpgradeRefusedException(known.status(), known.message()),
                Redaction.NONE);

        Class<?> type = switch (known) {
            case UNAUTHORIZED, FORBIDDEN -> LiveAuthenticationException.class;
            case TOO_MANY_REQUESTS -> LiveRateLimitException.class;
            case NOT_FOUND, REQUEST_TIMEOUT, INTERNAL_SERVER_ERROR, BAD_GATEWAY, SERVICE_UNAVAILABLE, GATEWAY_TIMEOUT ->
                LiveConnectionException.class;
        };
        Retry retry = switch (known) {
            case UNAUTHORIZED, FORBIDDEN, NOT_FOUND -> Retry.NEVER;
            case TOO_MANY_REQUESTS, REQUEST_TIMEOUT, INTERNAL_SERVER_ERROR, BAD_GATEWAY, SERVICE_UNAVAILABLE,
                    GATEWAY_TIMEOUT ->
                Retry.BACKOFF;
        };
        assertThat(verdict.retry()).isEqualTo(retry);
        assertThat(verdict.mayBeTheHandle()).isFalse();
        assertEnding(verdict, known.status(), known.message(), type);
    }

    private static void assertEnding(Verdict verdict, int code, String reason, Class<?> type) {
        SessionEvent.Ending ending = verdict.ending();
        assertThat(ending.code()).isEqualTo(code);
        assertThat(ending.reason()).isEqualTo(reason);
        assertThat(ending.failure()).isExactlyInstanceOf(type).hasMessageContaining(reason);
        assertThat(ending.failure().isRetriable()).isEqualTo(verdict.retry() != Retry.NEVER && code != 1007);
    }

    @ParameterizedTest(name = "{0} \"{1}\" in a session: {2}")
    @CsvSource(delimiter = '|', value = {
        "1001 |                                                          | BACKOFF",
        "1005 |                                                          | BACKOFF",
        "1006 |                                                          | BACKOFF",
        "1007 | models/x is not found for API version v1beta             | NEVER",
        "1007 | something new                                            | ONCE",
        "1008 | Your API key was reported as leaked.                     | NEVER",
        "1008 | The caller does not have permission                      | NEVER",
        "1008 | something new                                            | NEVER",
        "1011 | session is already open                                  | BACKOFF",
        "3001 | something new                                            | BACKOFF",
        "4001 | something new                                            | BACKOFF" })
    void otherCodesAndTextsHaveAVerdictToo(int code, String reason, Retry retry) {
        assertThat(classifier.lost(new LiveClose(code, reason == null ? "" : reason, true, null), Redaction.NONE).retry())
                .isEqualTo(retry);
    }

    @ParameterizedTest(name = "status {0} of a proxy: {1}")
    @CsvSource({ "403, NEVER", "407, NEVER", "429, BACKOFF", "502, BACKOFF" })
    void aProxysRefusalIsRetriedByItsStatus(int status, Retry retry) {
        Verdict verdict = classifier.notConnected(new LiveUpgradeRefusedException(status, "no", true), Redaction.NONE);

        assertThat(verdict.retry()).isEqualTo(retry);
        assertEnding(verdict, status, "no", LiveConnectionException.class);
    }

    @Test
    void aSetupWithoutAnswerIsRepeatedOnce() {
        Verdict verdict = classifier.setupUnanswered(100);

        assertThat(verdict.retry()).isEqualTo(Retry.ONCE);
        assertThat(verdict.mayBeTheHandle()).isFalse();
        assertThat(verdict.ending().code()).isZero();
        assertThat(verdict.ending().failure()).hasMessageContaining("setupTimeout=100ms");
    }

    @Test
    void aHandleWhoseOldSocketIsOpenIsExplained() {
        ServiceClose open = ServiceClose.SESSION_ALREADY_OPEN;

        Verdict verdict = classifier.notSetUp(new LiveClose(open.code(), open.reason(), true, null), Redaction.NONE);

        assertThat(verdict.ending().failure()).hasMessageContaining("has not noticed yet");
    }

    // ---- ephemeral tokens

    @Test
    void aTokenThatIsUsedUpNeedsOneWithMoreUses() {
        Verdict verdict = classifier.notSetUp(new LiveClose(1007,
                "Token has been used too many times or is expired for new sessions.", true, null), Redaction.NONE);

        assertThat(verdict.retry()).isEqualTo(Retry.NEVER);
        assertThat(verdict.mayBeTheHandle()).isFalse();
        assertThat(verdict.ending().failure()).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("more uses").hasMessageContaining("newSessionExpireTime");
    }

    @Test
    void whateverRefusesATokenIsNoMatterOfAKey() {
        FailureClassifier withToken = new FailureClassifier(
                URI.create("wss://live.example/ws/v1alpha.GenerativeService.BidiGenerateContentConstrained"), "models/m");
        ServiceClose expired = ServiceClose.API_KEY_EXPIRED;

        assertThat(withToken.lost(new LiveClose(expired.code(), expired.reason(), true, null), Redaction.NONE)
                .ending().failure()).hasMessageContaining("ephemeral token");
        assertThat(withToken.notConnected(new LiveUpgradeRefusedException(401, ""), Redaction.NONE)
                .ending().failure()).hasMessageContaining("ephemeral token");
    }
}
