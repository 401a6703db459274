package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.camelgenai.emulator.ReplayReport.Difference;
import dev.camelgenai.emulator.ReplayReport.Kind;
import dev.camelgenai.emulator.ReplayReport.State;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class CassetteTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT'],'maxOutputTokens':3}";
    private static final String HI = json("{'realtimeInput':{'text':'hi'}}");
    private static final String BYE = json("{'realtimeInput':{'text':'bye'}}");

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("cassette.jsonl");
    }

    private static GenAiLiveEmulator.Builder emulator() {
        return GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(GenAiLiveEmulator.OFF);
    }

    private GenAiLiveEmulator recording() {
        return emulator().record(file).start();
    }

    private GenAiLiveEmulator replaying() {
        return emulator().replay(file).start();
    }

    private static RecordedSession session(GenAiLiveEmulator emulator, int number) {
        return emulator.awaitSessions(number, TIMEOUT).get(number - 1);
    }

    /** Setup, "hi", its answer, and a close. */
    private static void greet(GenAiLiveEmulator emulator, int number) {
        TestClient client = TestClient.open(emulator, TEXT);
        client.send(HI).turn();
        close(client, session(emulator, number));
    }

    private static void close(TestClient client, RecordedSession session) {
        client.socket().sendClose(1000, "bye").join();
        session.awaitClosed(TIMEOUT);
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(TestClient.JSON.readTree(line));
        }
        return lines;
    }

    private void recordGreeting() {
        try (GenAiLiveEmulator emulator = recording()) {
            greet(emulator, 1);
        }
    }

    /** Text, audio, a tool and goAway. */
    private static List<JsonNode> talk(GenAiLiveEmulator emulator, Consumer<RecordedSession> goAway) {
        TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER);
        List<JsonNode> received = new ArrayList<>();
        client.send(setup("'tools':[{'functionDeclarations':[{'name':'weather'}]}],'outputAudioTranscription':{},"
                + "'sessionResumption':{},'realtimeInputConfig':{'automaticActivityDetection':{'disabled':true}}"));
        client.send(HI);
        received.addAll(client.turn());
        client.send(json("{'realtimeInput':{'activityStart':{}}}"));
        client.send(TestClient.audio(new byte[32_000], 16_000));
        client.send(json("{'realtimeInput':{'activityEnd':{}}}"));
        received.addAll(client.turn());
        client.send(json("{'realtimeInput':{'text':'weather'}}"));
        JsonNode call = client.next().json();
        while (!call.has("toolCall")) {
            received.add(call);
            call = client.next().json();
        }
        received.add(call);
        client.send(json("{'toolResponse':{'functionResponses':[{'id':'"
                + call.at("/toolCall/functionCalls/0/id").asText() + "','name':'weather','response':{'sky':'blue'}}]}}"));
        received.addAll(client.turn());
        goAway.accept(session(emulator, 1));
        JsonNode last = client.next().json();
        while (!last.has("goAway")) {
            received.add(last);
            last = client.next().json();
        }
        received.add(last);
        close(client, session(emulator, 1));
        return received;
    }

    @Test
    void givenTextAudioToolsAndGoAway_whenReplayedToTheSameClient_thenTheServerSaysTheSame() throws IOException {
        Scenario scenario = (turn, reply) -> {
            if (turn instanceof UserTurn.Text text && text.text().equals("weather")) {
                reply.call(List.of(new ToolCall("weather", JsonNodeFactory.instance.objectNode())),
                        (results, then) -> then.say("It is " + results.get(0).response().path("sky").asText()));
                reply.complete();
            } else {
                reply.say("Hello").complete();
            }
        };
        List<JsonNode> recorded;
        try (GenAiLiveEmulator emulator = emulator().scenario(scenario).record(file).start()) {
            recorded = talk(emulator, session -> session.goAway(Duration.ofMinutes(1)).join());
        }

        try (GenAiLiveEmulator emulator = replaying()) {
            List<JsonNode> replayed = talk(emulator, session -> {
            });

            assertThat(replayed).isEqualTo(recorded);
            assertThat(emulator.replay().differences()).isEmpty();
            assertThat(emulator.replay().sessions()).containsExactly(new ReplayReport.Session(1, State.COMPLETE));
            assertThat(emulator.replay().isComplete()).isTrue();
            assertThat(session(emulator, 1).setup()).isPresent();
            assertThat(session(emulator, 1).messages()).extracting(RecordedMessage::kind).containsExactly("realtimeInput",
                    "realtimeInput", "realtimeInput", "realtimeInput", "realtimeInput", "toolResponse");
            assertThat(emulator.counters().serverMessages()).isPositive();
        }
        assertThat(lines().get(0).toString()).isEqualTo(json("{'format':'camel-genai-live-cassette','version':1}"));
        assertThat(lines().get(1)).isEqualTo(TestClient.JSON.readTree(
                json("{'event':'open','session':1,'millis':0,'path':'" + DEVELOPER + "','service':'DEVELOPER_API'}")));
        JsonNode last = lines().get(lines().size() - 1);
        assertThat(last.path("event").asText()).isEqualTo("clientClose");
        assertThat(last.path("code").asInt()).isEqualTo(1000);
        assertThat(last.path("reason").asText()).isEqualTo("bye");
    }

    @Test
    void givenAnotherSpellingOrderOrNumber_whenReplayed_thenItIsNoDifference() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER);
            client.send(json("{'setup':{'generation_config':{'max_output_tokens':3.0,'response_modalities':['TEXT']},"
                    + "'model':'models/gemini-live-test'}}"));
            client.send(json(" {'realtime_input' :\n{'text':'hi'}}")).turn();
            close(client, session(emulator, 1));

            assertThat(emulator.replay().isComplete()).as(emulator.replay().toString()).isTrue();
        }
    }

    @Test
    void givenAnotherMessage_whenReplayed_thenTheSessionIsClosedAndTheDifferenceShown() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.open(emulator, TEXT).send(BYE);

            assertThat(client.awaitClose())
                    .isEqualTo(new RecordedClose(1008, "Replay: message 1 differs at realtimeInput.text"));
            Difference difference = new Difference(1, Kind.MESSAGE, 1, "realtimeInput.text", "\"hi\"", "\"bye\"");
            assertThat(emulator.replay().differences()).containsExactly(difference);
            assertThat(emulator.replay().sessions()).containsExactly(new ReplayReport.Session(1, State.INCOMPLETE));
            assertThat(emulator.replay().isComplete()).isFalse();
            assertThat(session(emulator, 1).serverCloseDetail()).contains(difference.toString());
            assertThat(difference).hasToString(
                    "session 1: message 1 differs at realtimeInput.text; recorded: \"hi\"; came: \"bye\"");
        }
    }

    @Test
    void givenAnotherSetup_whenReplayed_thenItIsNamed() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER).send(setup(TEXT + ",'proactivity':{}"));

            assertThat(client.awaitClose().reason()).isEqualTo("Replay: the setup differs at setup.proactivity");
            assertThat(emulator.replay().differences()).extracting(Difference::expected, Difference::actual)
                    .containsExactly(tuple("nothing", "{}"));
        }
    }

    @Test
    void givenWhatMayDiffer_whenItDiffers_thenItIsNoDifference() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = emulator().replay(file).replayIgnoring("realtimeInput.text").start()) {
            TestClient.open(emulator, TEXT).send(BYE).turn();

            assertThat(emulator.replay().differences()).isEmpty();
        }
    }

    @Test
    void givenMoreThanRecorded_whenTheClientSendsIt_thenClosed() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.open(emulator, TEXT);
            client.send(HI).turn();

            assertThat(client.send(BYE).awaitClose())
                    .isEqualTo(new RecordedClose(1008, "Replay: message 2 is one more than recorded"));
            assertThat(emulator.replay().differences()).containsExactly(new Difference(1, Kind.SUPERFLUOUS_MESSAGE, 2, "",
                    "nothing", BYE));
        }
    }

    @Test
    void givenTheClientLeavesTooEarlyOrOtherwise_whenReplayed_thenTold() {
        try (GenAiLiveEmulator emulator = recording()) {
            greet(emulator, 1);
            greet(emulator, 2);
        }

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient early = TestClient.open(emulator, TEXT);
            close(early, session(emulator, 1));
            TestClient otherwise = TestClient.open(emulator, TEXT);
            otherwise.send(HI).turn();
            otherwise.socket().sendClose(1001, "").join();
            session(emulator, 2).awaitClosed(TIMEOUT);

            assertThat(emulator.replay().differences()).containsExactly(
                    new Difference(1, Kind.END, 1, "", "2 messages of the client, the setup included; 1 have come",
                            "the client closes with 1000 \"bye\""),
                    new Difference(2, Kind.END, 2, "", "the client closes with 1000 \"bye\"", "the client closes with 1001"));
        }
    }

    @Test
    void givenMoreClientsThanSessions_whenReplayed_thenRefusedWithTheReason() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            greet(emulator, 1);
            TestClient second = TestClient.connect(emulator.wsUrl() + DEVELOPER);

            assertThat(second.awaitClose())
                    .isEqualTo(new RecordedClose(1008, "Replay: all sessions of the cassette are taken"));
            assertThat(emulator.replay().differences()).extracting(Difference::kind)
                    .containsExactly(Kind.SUPERFLUOUS_SESSION);
        }
    }

    @Test
    void givenNoClient_whenAsked_thenTheReportSaysThatNothingWasPlayed() {
        recordGreeting();

        GenAiLiveEmulator emulator = replaying();
        emulator.close();

        assertThat(emulator.replay().sessions()).containsExactly(new ReplayReport.Session(1, State.NOT_PLAYED));
        assertThat(emulator.replay().isComplete()).isFalse();
    }

    @Test
    void givenInterleavedSessions_whenReplayedInterleavedOtherwise_thenEachGetsItsOwn() {
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient one = TestClient.open(emulator, TEXT);
            TestClient two = TestClient.open(emulator, TEXT);
            one.send(HI).turn();
            two.send(BYE).turn();
            two.send(HI).turn();
            one.send(BYE).turn();
            close(one, session(emulator, 1));
            close(two, session(emulator, 2));
        }

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient one = TestClient.open(emulator, TEXT);
            assertThat(TestClient.textOf(one.send(HI).turn())).contains("hi");
            assertThat(TestClient.textOf(one.send(BYE).turn())).contains("bye");
            TestClient two = TestClient.open(emulator, TEXT);
            close(one, session(emulator, 1));
            assertThat(TestClient.textOf(two.send(BYE).turn())).contains("bye");
            assertThat(TestClient.textOf(two.send(HI).turn())).contains("hi");
            close(two, session(emulator, 2));

            assertThat(emulator.replay().isComplete()).as(emulator.replay().toString()).isTrue();
        }
    }

    private static void openOnVertex(GenAiLiveEmulator emulator) {
        TestClient client = TestClient.connect(emulator.wsUrl() + VERTEX, "Authorization", "Bearer any")
                .send(json("{'setup':{'model':'projects/p/locations/l/publishers/google/models/gemini-live-test'}}"));
        assertThat(client.next().json().at("/setupComplete/sessionId").asText()).isNotEmpty();
    }

    @Test
    void givenClientsInAnotherOrder_whenReplayedByPath_thenEachGetsItsOwnAndOtherwiseIsRefused() {
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient.open(emulator, TEXT);
            openOnVertex(emulator);
        }

        try (GenAiLiveEmulator emulator = emulator().replay(file).replayByPath(true).start()) {
            openOnVertex(emulator);
            TestClient.open(emulator, TEXT);

            assertThat(emulator.replay().isComplete()).as(emulator.replay().toString()).isTrue();
        }
        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + VERTEX, "Authorization", "Bearer any");

            assertThat(client.awaitClose().reason()).isEqualTo("Replay: the path differs");
            assertThat(emulator.replay().differences())
                    .containsExactly(new Difference(1, Kind.PATH, 0, "", DEVELOPER, VERTEX));
        }
    }

    @Test
    void givenAPrefixBeforeThePath_whenReplayed_thenItIsNoDifference() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + "/proxy/" + DEVELOPER).send(setup(TEXT));

            assertThat(client.next().json().has("setupComplete")).isTrue();
        }
    }

    @Test
    void givenTheServerClosedOrDropped_whenReplayed_thenItDoesAgain() throws IOException {
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient closed = TestClient.open(emulator, TEXT);
            session(emulator, 1).close(1011, "The service is currently unavailable.").join();
            closed.awaitClose();
            try (RawConnection dropped = RawConnection.open(emulator, TEXT)) {
                session(emulator, 2).dropTcp().join();
                assertThat(dropped.isLost()).isTrue();
            }
        }

        try (GenAiLiveEmulator emulator = replaying()) {
            assertThat(TestClient.open(emulator, TEXT).awaitClose())
                    .isEqualTo(new RecordedClose(1011, "The service is currently unavailable."));
            try (RawConnection dropped = RawConnection.open(emulator, TEXT)) {
                assertThat(dropped.isLost()).isTrue();
            }
            session(emulator, 2).awaitClosed(TIMEOUT);

            assertThat(emulator.replay().isComplete()).as(emulator.replay().toString()).isTrue();
        }
    }

    @Test
    void givenTheEmulatorItselfEnded_whenReplayed_thenTheSessionStaysOpen() throws IOException {
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient.open(emulator, TEXT);
            emulator.reset();
            TestClient.open(emulator, TEXT);
        }
        assertThat(lines()).extracting(line -> line.path("event").asText() + line.path("session").asText())
                .containsExactly("", "open1", "client1", "server1", "open2", "client2", "server2");

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient.open(emulator, TEXT);
            session(emulator, 1).ping().orTimeout(10, TimeUnit.SECONDS).join();

            assertThat(session(emulator, 1).isOpen()).isTrue();
            assertThat(emulator.replay().sessions().get(0).state()).isEqualTo(State.COMPLETE);
        }
    }

    @Test
    void givenAReplayThatWentWrong_whenReset_thenItBeginsAnew() {
        recordGreeting();

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient.open(emulator, TEXT).send(BYE).awaitClose();
            emulator.reset();
            assertThat(emulator.replay().differences()).isEmpty();
            greet(emulator, 1);

            assertThat(emulator.replay().isComplete()).isTrue();
        }
    }

    @Test
    void givenWhatIsNoJson_whenRecordedAndReplayed_thenItIsTheSame() throws IOException {
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient client = TestClient.open(emulator, TEXT);
            session(emulator, 1).send(json("{'notYetInvented':1.10}")).join();
            client.next();
            client.send("no \"JSON\"").awaitClose();
        }
        assertThat(Files.readString(file)).contains("{\"notYetInvented\":1.10}").contains("\"text\":\"no \\\"JSON\\\"\"");

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.open(emulator, TEXT);
            assertThat(client.next().json().has("notYetInvented")).isTrue();

            assertThat(client.send("no \"JSON\"").awaitClose())
                    .isEqualTo(new RecordedClose(1007, "Invalid JSON payload received. Unexpected token."));
            assertThat(emulator.replay().isComplete()).as(emulator.replay().toString()).isTrue();
        }
    }

    @Test
    void givenLargeAudio_whenOneByteOfItDiffers_thenItsPlaceIsShownAndNotTheAudio() {
        byte[] pcm = new byte[3_000_000];
        Arrays.fill(pcm, (byte) 1);
        Consumer<TestClient> play = client -> client.send(TestClient.audio(pcm, 24_000));
        try (GenAiLiveEmulator emulator = emulator().scenario(Scenarios.silent()).record(file).start()) {
            TestClient client = TestClient.open(emulator, TEXT);
            play.accept(client);
            session(emulator, 1).awaitMessages(1, TIMEOUT);
            play.accept(client);
            session(emulator, 1).awaitMessages(2, TIMEOUT);
        }

        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.open(emulator, TEXT);
            play.accept(client);
            pcm[1_500_000] = 2;
            play.accept(client);

            assertThat(client.awaitClose().reason()).isEqualTo("Replay: message 2 differs at realtimeInput.audio.data");
            Difference difference = emulator.replay().differences().get(0);
            assertThat(difference.expected()).contains("(4000002 characters").contains("differs at 2000002")
                    .hasSizeLessThan(200);
            assertThat(difference.actual()).contains("differs at 2000002").isNotEqualTo(difference.expected());
        }
    }

    @Test
    void givenASpeed_whenReplayed_thenTheServerTakesItsTimeByTheClock() {
        ManualClock recordingClock = new ManualClock();
        try (GenAiLiveEmulator emulator = emulator().clock(recordingClock).record(file).start()) {
            TestClient client = TestClient.open(emulator, TEXT);
            recordingClock.advance(Duration.ofSeconds(6));
            session(emulator, 1).send(json("{'late':1}")).join();
            client.next();
        }

        ManualClock clock = new ManualClock();
        try (GenAiLiveEmulator emulator = emulator().clock(clock).replay(file).replaySpeed(2).start()) {
            TestClient client = TestClient.open(emulator, TEXT);
            clock.advance(Duration.ofMillis(2_999));
            session(emulator, 1).ping().orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(client.hasReceived()).isFalse();

            clock.advance(Duration.ofMillis(1));
            assertThat(client.next().json().has("late")).isTrue();
        }
        assertThatThrownBy(() -> emulator().replaySpeed(0)).hasMessageContaining("replaySpeed");
    }

    @ParameterizedTest
    @ValueSource(strings = { DEVELOPER + ",x-goog-api-key,S3CRET", DEVELOPER + "?key=S3CRET,X-Other,S3CRET",
        DEVELOPER + ",Authorization,Bearer S3CRET", DEVELOPER + "Constrained,Authorization,Token auth_tokens/S3CRET",
        DEVELOPER + "Constrained?access_token=auth_tokens/S3CRET,X-Other,S3CRET" })
    void givenACredential_whenRecorded_thenItIsNotInTheFile(String pathHeaderValue) throws IOException {
        String[] parts = pathHeaderValue.split(",");
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + parts[0], parts[1], parts[2]);
            client.send(setup("'tools':[{'mcp_servers':[{'streamableHttpTransport':{'url':'http://tools',"
                    + "'headers':{'Authorization':'Bearer S3CRET'}}}]}]"));
            assertThat(client.next().json().has("setupComplete")).isTrue();
        }

        assertThat(Files.readString(file)).doesNotContain("S3CRET").contains("http://tools").contains("\"***\"");
        try (GenAiLiveEmulator emulator = replaying()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + parts[0], parts[1], parts[2]);
            client.send(setup("'tools':[{'mcp_servers':[{'streamableHttpTransport':{'url':'http://tools',"
                    + "'headers':{'Authorization':'Bearer another'}}}]}]"));
            assertThat(client.next().json().has("setupComplete")).isTrue();
        }
    }

    @Test
    void givenAClientThatWasTurnedAway_whenRecordedOrReplayed_thenItCountsForNothing() throws IOException {
        try (GenAiLiveEmulator emulator = emulator().apiKey("right").record(file).start()) {
            TestClient.connect(emulator.wsUrl() + DEVELOPER + "?key=wrong").awaitClose();
            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER + "?key=right").send(setup(TEXT));
            client.next();
        }
        assertThat(lines()).hasSize(4).allMatch(line -> line.path("session").asInt(1) == 1);

        try (GenAiLiveEmulator emulator = emulator().apiKey("right").replay(file).start()) {
            assertThat(TestClient.connect(emulator.wsUrl() + DEVELOPER + "?key=wrong").awaitClose().code()).isEqualTo(1007);
            TestClient.connect(emulator.wsUrl() + DEVELOPER + "?key=right").send(setup(TEXT)).next();

            assertThat(emulator.replay().isComplete()).as(emulator.replay().toString()).isTrue();
        }
    }

    @Test
    void givenARecordingThatIsKilled_whenReplayed_thenAllUpToThereIsPlayed() throws IOException {
        Path killed = directory.resolve("killed.jsonl");
        try (GenAiLiveEmulator emulator = recording()) {
            TestClient client = TestClient.open(emulator, TEXT);
            session(emulator, 1).send(json("{'last':1}")).join();
            client.next();
            awaitInFile("{\"last\":1}");
            Files.copy(file, killed);
        }
        Files.writeString(killed, "{\"event\":\"server\",\"session\":1,\"mil", StandardOpenOption.APPEND);

        try (GenAiLiveEmulator emulator = emulator().replay(killed).start()) {
            assertThat(TestClient.open(emulator, TEXT).next().json().has("last")).isTrue();
            assertThat(emulator.replay().isComplete()).isTrue();
        }
    }

    private void awaitInFile(String text) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!Files.readString(file).contains(text)) {
            assertThat(System.nanoTime()).as("time to find %s in the file", text).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void givenAFileThatCannotBe_whenStarting_thenTheMessageTellsWhy() throws IOException {
        Path nowhere = directory.resolve("no/such/directory/cassette.jsonl");
        assertThatThrownBy(() -> emulator().record(nowhere).start()).isInstanceOf(EmulatorStartException.class)
                .hasMessageContaining(nowhere.toString()).hasMessageContaining("--record");
        assertThatThrownBy(() -> emulator().replay(nowhere).start()).isInstanceOf(EmulatorStartException.class)
                .hasMessageContaining(nowhere + " does not exist; record it first");
        Files.writeString(file, "{}\n");
        assertThatThrownBy(this::replaying).isInstanceOf(EmulatorStartException.class)
                .hasMessageContaining(file + ", line 1: this is no cassette");
        assertThatThrownBy(() -> emulator().replay(file).record(file).start()).isInstanceOf(IllegalStateException.class);
        try (GenAiLiveEmulator emulator = emulator().start()) {
            assertThatThrownBy(emulator::replay).hasMessageContaining("There is no replay");
        }
    }

    @Test
    void givenAPortInUse_whenStartingToRecord_thenTheOldRecordingIsKept() throws IOException {
        recordGreeting();
        String before = Files.readString(file);

        try (GenAiLiveEmulator emulator = emulator().start()) {
            assertThatThrownBy(() -> emulator().port(emulator.port()).record(file).start())
                    .isInstanceOf(EmulatorStartException.class);
        }

        assertThat(Files.readString(file)).isEqualTo(before);
    }
}
