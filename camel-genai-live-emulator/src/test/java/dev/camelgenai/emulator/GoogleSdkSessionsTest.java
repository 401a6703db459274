package dev.camelgenai.emulator;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.AuthToken;
import com.google.genai.types.CreateAuthTokenConfig;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveConnectConstraints;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.emulator.GoogleJavaSdk.Session;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Conversation;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.camelgenai.emulator.GoogleJavaSdk.MODEL;
import static dev.camelgenai.emulator.GoogleJavaSdk.TEXT;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Google's Java SDK, unmodified: how sessions end, go on in another connection, and begin with an ephemeral token. */
class GoogleSdkSessionsTest {

    private static final ManualClock CLOCK = new ManualClock();
    private static final ScriptedModel SCRIPT = new ScriptedModel();

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GoogleJavaSdk.emulator().ephemeralToken("auth_tokens/known").scenario(SCRIPT).clock(CLOCK));

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

    /** The model tells what it remembers. */
    @BeforeEach
    void remembers() {
        SCRIPT.answers((turn, reply) -> reply.say("I remember " + reply.conversation().history().stream()
                .map(Conversation.Utterance::text).toList()).complete());
    }

    private static LiveConnectConfig resuming(UnaryOperator<SessionResumptionConfig.Builder> resumption) {
        return TEXT.toBuilder().sessionResumption(resumption.apply(SessionResumptionConfig.builder()).build()).build();
    }

    /** The update that follows the turn. */
    private static LiveServerSessionResumptionUpdate afterTurn(Session session) {
        session.turn();
        return session.next(LiveServerMessage::sessionResumptionUpdate);
    }

    private static void end(Session session) {
        session.close();
        session.recorded().awaitClosed(TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenASession_whenTheSdkCloses_thenBothSidesSayGoodbye(EmulatedService service) {
        Session session = sdk.connect(service, TEXT);
        sdk.forgetLog();

        session.close();

        RecordedSession recorded = session.recorded().awaitClosed(TIMEOUT);
        assertThat(recorded.clientClose()).contains(new RecordedClose(1000, "Client closing"));
        assertThat(recorded.serverClose()).isEmpty();
        sdk.awaitLog(line -> line.startsWith("Live session closed with code: 1,000"));
    }

    @Test
    void givenAClosedSession_whenSending_thenTheSdkReportsSuccess() {
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, TEXT);
        end(session);

        session.say("Anybody?");

        assertThat(session.recorded().messages()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenGoAway_whenTheTimeIsOver_thenTheConnectionIsClosedAsTheServiceDoes(EmulatedService service) {
        Session session = sdk.connect(service, TEXT);

        session.recorded().goAway(Duration.ofSeconds(50)).join();
        Optional<Duration> timeLeft = session.next(LiveServerMessage::goAway).timeLeft();
        CLOCK.advance(Duration.ofSeconds(50));

        assertThat(timeLeft).contains(Duration.ofSeconds(50));
        assertThat(sdk.awaitServerClose(session.recorded())).isEqualTo(service == EmulatedService.VERTEX_AI
                ? new RecordedClose(1000, "The operation was cancelled.")
                : new RecordedClose(1011, "Deadline expired before operation could complete."));
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAHandle_whenResuming_thenTheNewSessionRemembers(EmulatedService service) {
        Session first = sdk.connect(service, resuming(none -> none));
        String handle = afterTurn(first.say("My name is Ann.")).newHandle().orElseThrow();
        end(first);

        Session second = sdk.connect(service, resuming(with -> with.handle(handle)));

        assertThat(second.say("Who am I?").turn().text()).isEqualTo("I remember [My name is Ann., I remember []]");
        assertThat(second.recorded().setup().orElseThrow().at("/sessionResumption/handle").asText()).isEqualTo(handle);
        assertThat(second.recorded().id()).isNotEqualTo(first.recorded().id());
    }

    @Test
    void givenATurnThatGoesOn_whenItBegins_thenTheSessionIsNotResumableMeanwhile() {
        SCRIPT.answers((turn, reply) -> reply.say("One ").pause(Duration.ofHours(1)).complete());
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, resuming(none -> none));
        assertThat(session.next(LiveServerMessage::sessionResumptionUpdate).resumable()).contains(true);

        session.say("Count");

        LiveServerSessionResumptionUpdate update = session.next(LiveServerMessage::sessionResumptionUpdate);
        assertThat(update.resumable()).contains(false);
        assertThat(update.newHandle().orElse("")).isEmpty();
    }

    @Test
    void givenAHandleOfAnOpenSession_whenResuming_thenItIsRefused() {
        Session first = sdk.connect(EmulatedService.DEVELOPER_API, resuming(none -> none));
        String handle = afterTurn(first.say("Hello")).newHandle().orElseThrow();

        CompletableFuture<AsyncSession> connecting = sdk.client(EmulatedService.DEVELOPER_API).async.live.connect(MODEL,
                resuming(with -> with.handle(handle)));

        RecordedSession second = EMULATOR.get().awaitSessions(2, TIMEOUT).get(1);
        assertThat(sdk.awaitServerClose(second).code()).isEqualTo(1011);
        assertThat(connecting).isNotDone();
    }

    @Test
    void givenAHandleOfOldTimes_whenResuming_thenItIsRefused() {
        Session first = sdk.connect(EmulatedService.DEVELOPER_API, resuming(none -> none));
        String handle = afterTurn(first.say("Hello")).newHandle().orElseThrow();
        end(first);
        CLOCK.advance(Duration.ofHours(2));

        sdk.client(EmulatedService.DEVELOPER_API).async.live.connect(MODEL, resuming(with -> with.handle(handle)));

        RecordedSession second = EMULATOR.get().awaitSessions(2, TIMEOUT).get(1);
        assertThat(sdk.awaitServerClose(second))
                .isEqualTo(new RecordedClose(1008, "Requested entity was not found."));
    }

    @Test
    void givenTransparentResumption_whenMessagesAreSent_thenVertexAiTellsWhichOfThemCount() {
        Session session = sdk.connect(EmulatedService.VERTEX_AI, resuming(with -> with.transparent(true)));

        LiveServerSessionResumptionUpdate first = afterTurn(session.say("One"));
        LiveServerSessionResumptionUpdate second = afterTurn(session.say("Two"));

        assertThat(first.lastConsumedClientMessageIndex()).contains(1L);
        assertThat(second.lastConsumedClientMessageIndex()).contains(2L);
    }

    @Test
    void givenTransparentResumption_whenConnectingToTheDeveloperApi_thenTheSdkItselfRefuses() {
        Client client = sdk.client(EmulatedService.DEVELOPER_API);

        assertThatThrownBy(() -> client.async.live.connect(MODEL, resuming(with -> with.transparent(true))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("transparent parameter is only supported in Gemini Enterprise Agent Platform mode");
        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    private static AuthToken createToken(CreateAuthTokenConfig config) {
        return sdk.client(EmulatedService.DEVELOPER_API, options -> options.apiVersion("v1alpha")).authTokens.create(config);
    }

    private static Client clientWith(String token) {
        return sdk.client(Client.builder().apiKey(token), options -> options.apiVersion("v1alpha"));
    }

    @Test
    void givenATokenFromTheSdk_whenConnectingWithIt_thenTheConstrainedMethodIsUsedAsOftenAsItAllows() {
        AuthToken token = createToken(CreateAuthTokenConfig.builder().uses(2).build());
        Client client = clientWith(token.name().orElseThrow());

        Session first = sdk.connect(client, MODEL, TEXT);
        Session second = sdk.connect(client, MODEL, TEXT);
        client.async.live.connect(MODEL, TEXT);

        assertThat(first.recorded().constrained()).isTrue();
        assertThat(first.recorded().apiVersion()).isEqualTo("v1alpha");
        assertThat(first.recorded().credentialForm()).isEqualTo(CredentialForm.TOKEN_HEADER);
        assertThat(first.recorded().credential()).isEqualTo(token.name().orElseThrow());
        assertThat(second.say("Hello").turn().text()).startsWith("I remember");
        RecordedSession third = EMULATOR.get().awaitSessions(3, TIMEOUT).get(2);
        assertThat(sdk.awaitServerClose(third).code()).isEqualTo(1007);
    }

    @Test
    void givenATokenWithTimes_whenTheyAreOver_thenNoSessionBeginsAndThoseThatDidEnd() {
        AuthToken token = createToken(CreateAuthTokenConfig.builder().uses(5)
                .newSessionExpireTime(CLOCK.now().plus(2, ChronoUnit.MINUTES))
                .expireTime(CLOCK.now().plus(10, ChronoUnit.MINUTES)).build());
        Client client = clientWith(token.name().orElseThrow());
        Session first = sdk.connect(client, MODEL, TEXT);

        CLOCK.advance(Duration.ofMinutes(2));
        client.async.live.connect(MODEL, TEXT);
        RecordedClose second = sdk.awaitServerClose(EMULATOR.get().awaitSessions(2, TIMEOUT).get(1));
        boolean alive = first.isHealthy();
        CLOCK.advance(Duration.ofMinutes(8));

        assertThat(second.code()).isEqualTo(1007);
        assertThat(alive).isTrue();
        assertThat(sdk.awaitServerClose(first.recorded()))
                .isEqualTo(new RecordedClose(1007, "API key expired. Please renew the API key."));
    }

    @Test
    void givenATokenWithConstraints_whenTheClientWantsOtherwise_thenTheTokenWins() {
        AuthToken token = createToken(CreateAuthTokenConfig.builder().uses(1)
                .liveConnectConstraints(LiveConnectConstraints.builder().model(MODEL).config(TEXT).build()).build());

        Session session = sdk.connect(clientWith(token.name().orElseThrow()), "gemini-other", null);

        // it asked for sound and gets text
        assertThat(session.say("Hello").turn().text()).startsWith("I remember");
    }

    @Test
    void givenATokenThatLocksItsOwnFieldsOnly_whenTheClientAddsOthers_thenBothCount() {
        AuthToken token = createToken(CreateAuthTokenConfig.builder().uses(1).lockAdditionalFields(List.of())
                .liveConnectConstraints(LiveConnectConstraints.builder().model(MODEL).config(TEXT).build()).build());
        SCRIPT.answers((turn, reply) -> reply.say(reply.conversation().systemInstruction()).complete());

        Session session = sdk.connect(clientWith(token.name().orElseThrow()), MODEL,
                LiveConnectConfig.builder().systemInstruction(GoogleJavaSdk.content("user", "Be brief.")).build());

        assertThat(session.say("Hello").turn().text()).isEqualTo("Be brief.");
    }

    @Test
    void givenABadKey_whenATokenIsAskedFor_thenTheSdkTellsGooglesError() {
        Client client = sdk.client(Client.builder().apiKey("wrong"), options -> options.apiVersion("v1alpha"));

        assertThatThrownBy(() -> client.authTokens.create(CreateAuthTokenConfig.builder().build()))
                .isInstanceOf(ClientException.class).hasMessageContaining("API key not valid");
    }

    @Test
    void givenVertexAi_whenATokenIsAskedFor_thenTheSdkItselfRefuses() {
        Client client = sdk.client(EmulatedService.VERTEX_AI);

        assertThatThrownBy(() -> client.authTokens.create(CreateAuthTokenConfig.builder().build()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void givenATokenThatNobodyMinted_whenConnecting_thenItIsAClose() {
        clientWith("auth_tokens/unknown").async.live.connect(MODEL, TEXT);

        assertThat(sdk.awaitServerClose(EMULATOR.get().awaitSessions(1, TIMEOUT).get(0)))
                .isEqualTo(new RecordedClose(1007, "API key not valid. Please pass a valid API key."));
    }
}
