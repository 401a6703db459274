package dev.camelgenai.emulator;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.HttpRetryOptions;
import dev.camelgenai.emulator.GoogleJavaSdk.Session;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.ServiceRefusal;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.camelgenai.emulator.GoogleJavaSdk.MODEL;
import static dev.camelgenai.emulator.GoogleJavaSdk.TEXT;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Google's Java SDK shows of each error of the service. Of a Close frame that is a line in its log: it neither answers the
 * frame nor tells the caller.
 */
class GoogleSdkErrorsTest {

    private static final Set<ServiceRefusal> RETRIED = EnumSet.complementOf(
            EnumSet.of(ServiceRefusal.UNAUTHORIZED, ServiceRefusal.FORBIDDEN, ServiceRefusal.NOT_FOUND));
    private static final int ATTEMPTS = 5;

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(GoogleJavaSdk.emulator());

    @AutoClose
    private static GoogleJavaSdk sdk;

    @BeforeAll
    static void startSdk() {
        sdk = new GoogleJavaSdk(EMULATOR.get());
    }

    @BeforeEach
    void forgetLog() {
        sdk.forgetLog();
    }

    static Stream<ServiceRefusal> retried() {
        return RETRIED.stream();
    }

    static Stream<ServiceRefusal> notRetried() {
        return EnumSet.complementOf(EnumSet.copyOf(RETRIED)).stream();
    }

    /** With the SDK's own number of attempts, and without its seconds between them. */
    private static Client impatient() {
        return sdk.client(EmulatedService.DEVELOPER_API,
                options -> options.retryOptions(HttpRetryOptions.builder().initialDelay(0.001).build()));
    }

    private static void assertClosing(ServiceClose close) {
        sdk.awaitLog(line -> line.startsWith("Live session closing with code: ")
                && line.replace(",", "").contains("code: " + close.code() + " ")
                && line.endsWith("and reason: " + close.reason()));
    }

    @ParameterizedTest
    @EnumSource(ServiceClose.class)
    void givenACloseInsteadOfSetupComplete_whenConnecting_thenTheFutureStaysOpenAndTheCloseUnanswered(ServiceClose close) {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Close(close)).atSetup());

        CompletableFuture<AsyncSession> connecting = sdk.client(EmulatedService.DEVELOPER_API).async.live.connect(MODEL, TEXT);

        assertClosing(close);
        RecordedSession recorded = EMULATOR.get().sessions().get(0);
        assertThat(recorded.serverClose()).contains(new RecordedClose(close.code(), close.reason()));
        assertThat(recorded.clientClose()).isEmpty();
        assertThat(connecting).isNotDone();
    }

    @ParameterizedTest
    @EnumSource(ServiceClose.class)
    void givenACloseInTheSession_whenSending_thenTheSdkReportsSuccess(ServiceClose close) {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Close(close)).afterMessages(1));
        Session session = sdk.connect(EmulatedService.VERTEX_AI, TEXT);

        session.say("Hello");
        assertClosing(close);
        session.say("Anybody?");

        RecordedSession recorded = session.recorded();
        assertThat(recorded.serverClose()).contains(new RecordedClose(close.code(), close.reason()));
        assertThat(recorded.clientClose()).isEmpty();
        assertThat(recorded.messages()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("notRetried")
    void givenARefusedUpgrade_whenConnecting_thenTheFutureFailsWithTheStatusAtOnce(ServiceRefusal refusal) {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Refuse(refusal)));

        CompletableFuture<AsyncSession> connecting = impatient().async.live.connect(MODEL, TEXT);

        assertThat(connecting).failsWithin(TIMEOUT).withThrowableThat().havingCause().isInstanceOf(ProtocolException.class)
                .withMessageStartingWith("Expected HTTP 101 response but was '" + refusal.status() + ' ')
                .withMessageNotContaining(refusal.message());
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("retried")
    void givenABusyService_whenConnecting_thenTheSdkTriesFiveTimesAndFailsWithTheStatus(ServiceRefusal refusal) {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Refuse(refusal)));

        CompletableFuture<AsyncSession> connecting = impatient().async.live.connect(MODEL, TEXT);

        assertThat(connecting).failsWithin(TIMEOUT).withThrowableThat().havingCause().isInstanceOf(ProtocolException.class)
                .withMessageStartingWith("Expected HTTP 101 response but was '" + refusal.status() + ' ');
        // OkHttp repeats a 408 by itself, once each time
        assertThat(EMULATOR.get().counters().refused())
                .isEqualTo(refusal == ServiceRefusal.REQUEST_TIMEOUT ? 2 * ATTEMPTS : ATTEMPTS);
    }

    @ParameterizedTest
    @MethodSource("retried")
    void givenAServiceThatRecovers_whenConnecting_thenTheCallerDoesNotNotice(ServiceRefusal refusal) {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Refuse(refusal)).times(2));

        Session session = sdk.connect(impatient(), MODEL, TEXT);

        assertThat(session.say("Hello").turn().text()).isEqualTo("Hello");
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(2);
        assertThat(EMULATOR.get().sessions()).hasSize(1);
    }

    @Test
    void givenALostConnection_whenSending_thenTheSdkLogsItAndReportsSuccess() {
        EMULATOR.get().faults().killTcpAfter(1);
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, TEXT);

        session.say("Hello");
        sdk.awaitLog(line -> line.startsWith("Error during live session: "));
        session.say("Anybody?");

        assertThat(session.recorded().awaitClosed(TIMEOUT).messages()).hasSize(1);
    }

    @Test
    void givenALostConnection_whenConnecting_thenTheFutureFails() {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Kill()).atSetup());

        CompletableFuture<AsyncSession> connecting = impatient().async.live.connect(MODEL, TEXT);

        assertThat(connecting).failsWithin(TIMEOUT).withThrowableThat().havingCause().isInstanceOf(IOException.class);
    }

    @Test
    void givenABadKey_whenConnecting_thenItIsAClose() {
        Client client = sdk.client(Client.builder().apiKey("wrong"), options -> {
        });

        CompletableFuture<AsyncSession> connecting = client.async.live.connect(MODEL, TEXT);

        assertClosing(ServiceClose.API_KEY_NOT_VALID);
        assertThat(connecting).isNotDone();
    }

    @Test
    void givenABadKeyForVertexAi_whenConnecting_thenTheUpgradeIsRefused() {
        Client client = sdk.client(Client.builder().vertexAI(true).apiKey("wrong"), options -> {
        });

        assertThat(client.async.live.connect(MODEL, TEXT)).failsWithin(TIMEOUT).withThrowableThat().havingCause()
                .isInstanceOf(ProtocolException.class).withMessageContaining("'403 ");
    }

    @Test
    void givenAnUnknownModel_whenConnecting_thenItIsAClose() {
        CompletableFuture<AsyncSession> connecting = sdk.client(EmulatedService.DEVELOPER_API).async.live.connect("palm-2",
                TEXT);

        sdk.awaitLog(line -> line.contains("models/palm-2 is not found for API version v1beta"));
        assertThat(EMULATOR.get().sessions().get(0).serverClose()).map(RecordedClose::code).contains(1008);
        assertThat(connecting).isNotDone();
    }

    @Test
    void givenASecondMessageInsteadOfTheFirst_whenConnecting_thenTheFutureFails() {
        EMULATOR.get().faults().neverAnswerSetup();
        CompletableFuture<AsyncSession> connecting = sdk.client(EmulatedService.DEVELOPER_API).async.live.connect(MODEL, TEXT);
        RecordedSession recorded = EMULATOR.get().awaitSessions(1, TIMEOUT).get(0);
        recorded.awaitSetup(TIMEOUT);

        recorded.send("{\"goAway\":{\"timeLeft\":\"9s\"}}");

        assertThat(connecting).failsWithin(TIMEOUT).withThrowableThat().havingCause()
                .withMessageStartingWith("Initial message from WebSocket did not contain setupComplete");
    }
}
