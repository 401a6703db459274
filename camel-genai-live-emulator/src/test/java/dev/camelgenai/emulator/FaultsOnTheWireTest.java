package dev.camelgenai.emulator;

import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.ServiceRefusal;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.outputTranscriptOf;
import static dev.camelgenai.emulator.TestClient.setup;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

/** Every misbehaviour as a client sees it, at the moments that it knows. */
class FaultsOnTheWireTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";
    private static final String SPOKEN = "'outputAudioTranscription':{}";
    private static final String HI = json("{'realtimeInput':{'text':'one two three'}}");

    private final ManualClock clock = new ManualClock();
    private GenAiLiveEmulator emulator;

    @AfterEach
    void stop() {
        emulator.close();
    }

    private void start(String... specs) {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).clock(clock).tlsPort(-1).seed(7)
                .faults(faults -> List.of(specs).forEach(spec -> faults.arm(Fault.parse(spec)))).start();
    }

    private TestClient connect() {
        return TestClient.connect(emulator.wsUrl() + DEVELOPER);
    }

    private TestClient open(String setupFields) {
        return TestClient.open(emulator, setupFields);
    }

    private RecordedSession session() {
        return emulator.awaitSessions(1, TIMEOUT).get(0);
    }

    /** Whatever was sent before has arrived when this returns. */
    private void roundTrip() {
        session().ping().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private int upgradeStatus() {
        try {
            connect();
            return 101;
        } catch (CompletionException e) {
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
    }

    @ParameterizedTest
    @EnumSource(ServiceRefusal.class)
    void givenARefusal_whenAnUpgradeIsAskedFor_thenStatusAndGooglesErrorBody(ServiceRefusal refusal) throws IOException {
        start("refuse=" + refusal.name());
        try (RawConnection connection = new RawConnection(emulator.port())) {
            connection.send(RawConnection.upgrade(DEVELOPER, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));

            assertThat(connection.head()).startsWith("HTTP/1.1 " + refusal.status() + " ")
                    .containsIgnoringCase("content-type: application/json; charset=UTF-8");
            JsonNode error = TestClient.JSON.readTree(connection.rest()).get("error");
            assertThat(error.get("code").asInt()).isEqualTo(refusal.status());
            assertThat(error.get("message").asText()).isEqualTo(refusal.message());
            assertThat(error.get("status").asText()).isUpperCase();
        }
    }

    static Stream<Arguments> closes() {
        return Stream.of(ServiceClose.values()).flatMap(
                close -> Stream.of("@setup", "@messages:0", "@messages:1", "@midTurn").map(when -> Arguments.of(close, when)));
    }

    @ParameterizedTest
    @MethodSource("closes")
    void givenAClose_whenItsMomentComes_thenTheClientSeesCodeAndReason(ServiceClose close, String when) {
        start("close=" + close.name() + when);
        TestClient client = connect();
        client.socket().sendText(setup(TEXT), true).thenCompose(socket -> socket.sendText(HI, true));

        assertThat(client.awaitClose()).isEqualTo(new RecordedClose(close.code(), close.reason()));
        assertThat(client.hasReceived()).isEqualTo(!when.equals("@setup"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "@setup", "@messages:0", "@messages:1", "@midTurn" })
    void givenAKill_whenItsMomentComes_thenTheConnectionEndsWithoutACloseFrame(String when) throws IOException {
        start("kill" + when);
        try (RawConnection connection = RawConnection.upgraded(emulator.port())) {
            connection.sendText(setup(TEXT));
            if (when.equals("@messages:1") || when.equals("@midTurn")) {
                connection.sendText(HI);
            }

            assertThat(connection.isLost()).isTrue();
            RecordedSession session = session().awaitClosed(TIMEOUT);
            assertThat(session.serverClose()).isEmpty();
            assertThat(session.clientClose()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "close=1011:late@time:90s", "unresumableClose=1011:late@time:90s" })
    void givenATime_whenTheClockReachesIt_thenTheSessionEndsAndNotBefore(String spec) {
        start(spec);
        TestClient client = open(TEXT);

        clock.advance(Duration.ofSeconds(89));
        assertThat(textOf(client.send(HI).turn())).isEqualTo("one two three");
        clock.advance(Duration.ofSeconds(1));

        assertThat(client.awaitClose().code()).isEqualTo(1011);
    }

    @Test
    void givenAKillAtATime_whenTheClockReachesIt_thenTheConnectionEndsWithoutACloseFrameAndNotBefore() throws IOException {
        start("kill@time:90s");
        try (RawConnection connection = RawConnection.open(emulator, TEXT)) {
            clock.advance(Duration.ofSeconds(89));
            connection.sendText(HI);
            assertThat(textOf(connection.turn())).isEqualTo("one two three");
            clock.advance(Duration.ofSeconds(1));

            assertThat(connection.isLost()).isTrue();
        }
    }

    @Test
    void givenTimeZero_whenArmedDuringASession_thenAtOnceThoughTheClockStandsStill() {
        start();
        TestClient client = open(TEXT);

        emulator.faults().arm(Fault.parse("close=UNAVAILABLE@time:0s"));

        assertThat(client.awaitClose().code()).isEqualTo(1011);
        TestClient next = connect().send(setup(TEXT));
        assertThat(next.next().json().has("setupComplete")).isTrue();
        assertThat(next.awaitClose().code()).isEqualTo(1011);
    }

    @Test
    void givenTimes_whenTheyAreUsedUp_thenTheNextSessionsAreServed() {
        start("refuse=503*2", "close=UNAVAILABLE*1");

        assertThat(List.of(upgradeStatus(), upgradeStatus(), upgradeStatus())).containsExactly(503, 503, 101);
        assertThat(connect().send(setup("")).awaitClose().code()).isEqualTo(1011);
        assertThat(open("")).isNotNull();
    }

    @Test
    void givenAProbabilityAndASeed_whenRunTwice_thenTheSameSessionsAreHit() {
        List<List<Integer>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            if (emulator != null) {
                emulator.close();
            }
            start("refuse=503%30");
            runs.add(IntStream.range(0, 30).mapToObj(i -> upgradeStatus()).toList());
        }

        assertThat(runs.get(0)).isEqualTo(runs.get(1)).contains(101, 503);
    }

    @Test
    void givenSilence_whenItBeginsInMidTurn_thenTheTurnNeverEnds() {
        start("silence@midTurn");
        TestClient client = open(TEXT + ",'sessionResumption':{}");
        client.next();
        client.send(HI);
        client.next();
        assertThat(client.next().json().at("/serverContent/modelTurn/parts/0/text").asText()).isEqualTo("one ");

        client.send(HI);
        session().awaitMessages(2, TIMEOUT);
        clock.advance(Duration.ofHours(1));
        roundTrip();

        assertThat(client.hasReceived()).isFalse();
        assertThat(session().isOpen()).isTrue();
    }

    @Test
    void givenSlowReading_whenMessagesCome_thenEachIsReadAfterAPauseByTheClock() {
        start("slowReading=10s");
        TestClient client = open(TEXT);
        for (int i = 0; i < 3; i++) {
            client.socket().sendText(HI, true).join();
        }

        for (int i = 1; i <= 3; i++) {
            client.turn();
            assertThat(session().messageCount()).isEqualTo(i);
            // the rest begins when the message has been dealt with, and so before this is sent
            session().send("{\"usageMetadata\":{\"totalTokenCount\":1}}").join();
            clock.advance(Duration.ofSeconds(10));
        }
    }

    private void awaitTimer() {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (clock.waiting() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(clock.waiting()).isPositive();
    }

    @Test
    void givenStopReading_whenItBeginsAfterAMessage_thenNothingMoreIsReadAndTheAnswerStillComes() {
        start("stopReading@messages:1");
        TestClient client = open(TEXT);

        client.send(HI);
        assertThat(textOf(client.turn())).isEqualTo("one two three");
        client.send(HI);

        assertThat(session().messageCount()).isEqualTo(1);
        session().resumeReading().join();
        assertThat(textOf(client.turn())).isEqualTo("one two three");
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void givenOtherFrames_whenMessagesAreSent_thenInTheOtherType(FrameType usual) {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).frames(usual)
                .faults(faults -> faults.arm(Fault.parse("otherFrames@messages:1"))).start();
        TestClient client = connect().send(setup(TEXT));

        assertThat(client.next().type()).isEqualTo(usual);
        assertThat(client.send(HI).next().type()).isNotEqualTo(usual);
    }

    @Test
    void givenBundledFields_whenATurnIsSpoken_thenWordsComeWithTheirSoundAndTheEndInOneMessage() {
        start("bundledFields");

        List<JsonNode> turn = open(SPOKEN).send(HI).turn();

        JsonNode last = turn.get(turn.size() - 1);
        assertThat(last.at("/serverContent/generationComplete").asBoolean()).isTrue();
        assertThat(last.at("/serverContent/turnComplete").asBoolean()).isTrue();
        assertThat(last.has("usageMetadata")).isTrue();
        assertThat(turn).filteredOn(message -> message.at("/serverContent/outputTranscription").isObject()).isNotEmpty()
                .allMatch(message -> message.at("/serverContent/modelTurn").isObject());
        assertThat(outputTranscriptOf(turn)).isEqualTo("one two three");
    }

    @ParameterizedTest
    @CsvSource({ "transcriptionFirst,true", "transcriptionLast,false" })
    void givenTranscriptionsApart_whenATurnIsSpoken_thenAllWordsAreOnOneSideOfTheSound(String spec, boolean first) {
        start(spec);

        List<JsonNode> content = open(SPOKEN).send(HI).turn().stream()
                .filter(message -> !message.at("/serverContent/generationComplete").asBoolean()
                        && !message.at("/serverContent/turnComplete").asBoolean())
                .toList();

        assertThat(content.get(first ? 0 : content.size() - 1).at("/serverContent/outputTranscription/text").asText())
                .isEqualTo("one two three");
        assertThat(content).filteredOn(message -> message.at("/serverContent/outputTranscription").isObject()).hasSize(1);
    }

    @Test
    void givenFractionalDurations_whenDurationsAreSent_thenWithFractions() {
        start("fractionalDurations");
        TestClient client = open(TEXT + ",'explicitVadSignal':true,'realtimeInputConfig':{'automaticActivityDetection':"
                + "{'disabled':true}}");

        session().goAway(Duration.ofSeconds(10)).join();
        client.send(json("{'realtimeInput':{'activityStart':{}}}"));

        assertThat(client.next().json().at("/goAway/timeLeft").asText()).isEqualTo("10.000s");
        assertThat(client.next().json().at("/voiceActivity/audioOffset").asText()).isEqualTo("0.000s");
    }

    @Test
    void givenUnknownFields_whenMessagesAreSent_thenEveryOneHasSome() {
        start("unknownFields");
        TestClient client = connect().send(setup(TEXT));

        JsonNode setupComplete = client.next().json();
        List<JsonNode> turn = client.send(HI).turn();

        assertThat(setupComplete.has("setupComplete")).isTrue();
        assertThat(setupComplete.has("notYetInvented")).isTrue();
        assertThat(turn).allMatch(message -> message.has("notYetInvented")
                && message.at("/serverContent/alsoNotYetInvented").isInt());
    }

    @Test
    void givenDuplicateTurnComplete_whenTurnsEnd_thenTwiceEach() {
        start("duplicateTurnComplete");
        TestClient client = open(TEXT);

        for (int i = 0; i < 2; i++) {
            client.send(HI).turn();
            assertThat(client.next().json().at("/serverContent/turnComplete").asBoolean()).isTrue();
        }
    }

    @Test
    void givenSpuriousInterrupted_whenATurnIsSpoken_thenInEveryTurnAndTheTurnGoesOn() {
        start("spuriousInterrupted");
        TestClient client = open(TEXT);

        for (int i = 0; i < 2; i++) {
            List<JsonNode> first = client.send(HI).turn();
            List<JsonNode> second = client.turn();
            assertThat(first).filteredOn(message -> message.at("/serverContent/interrupted").asBoolean()).hasSize(1);
            assertThat(textOf(first) + textOf(second)).isEqualTo("one two three");
            assertThat(second.get(second.size() - 2).at("/serverContent/generationComplete").asBoolean()).isTrue();
        }
        assertThat(session().interruptions()).isZero();
    }

    @Test
    void givenALatePong_whenThePingHasWaited_thenAnsweredByTheClock() throws IOException {
        start("latePong=20s");
        try (RawConnection connection = RawConnection.upgraded(emulator.port())) {
            connection.sendText(setup(""));
            connection.send(RawConnection.frame(RawConnection.FIN | RawConnection.PING, new byte[]{ 42 }));
            session().awaitPings(1, TIMEOUT);
            awaitTimer();

            clock.advance(Duration.ofSeconds(20));
            connection.send(RawConnection.frame(RawConnection.FIN | RawConnection.CLOSE,
                    ByteBuffer.allocate(2).putShort((short) 1000).array()));

            assertThat(connection.isEnded()).isTrue();
            assertThat(session().pingCount()).isEqualTo(1);
        }
    }

    static Stream<Arguments> reasons() {
        return Stream.of(Arguments.of("123456789", "123456"), Arguments.of("x".repeat(500), "x".repeat(123)),
                Arguments.of("ü".repeat(100), "ü".repeat(61)), Arguments.of("", ""), Arguments.of("ääää", "ää"),
                Arguments.of("\uD83D\uDE00\uD83D\uDE00", "\uD83D\uDE00"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void givenATruncatedReason_whenClosed_thenCutInTheMiddleAndStillValidUtf8(String reason, String cut) {
        start("truncatedReason");
        emulator.faults().arm(Fault.of(new Misbehaviour.Close(1011, reason)).afterMessages(1));
        TestClient client = open(TEXT);

        RecordedClose close = client.send(HI).awaitClose();

        assertThat(close).isEqualTo(new RecordedClose(1011, cut));
        assertThat(close.reason().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(123);
    }

    @ParameterizedTest
    @ValueSource(strings = { "goAwayThenSilence=5s@messages:1", "goAwayThenSilence=5s@midTurn" })
    void givenGoAwayThenSilence_whenItsMomentComes_thenGoAwayIsTheLastMessage(String spec) {
        start(spec);
        TestClient client = open(TEXT);
        client.send(HI);

        JsonNode next = client.next().json();
        while (!next.has("goAway")) {
            next = client.next().json();
        }
        clock.advance(Duration.ofHours(1));
        roundTrip();

        assertThat(client.hasReceived()).isFalse();
        assertThat(session().isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "silence@connect", "refuse=503@midTurn", "goAway=5s@setup", "unresumableClose=1011@setup",
        "spuriousInterrupted@setup", "goAwayThenSilence=5s@setup" })
    void givenAMomentThatDoesNotSuit_whenRead_thenRefused(String spec) {
        start();
        Assertions.assertThatThrownBy(() -> Fault.parse(spec)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot happen");
    }
}
