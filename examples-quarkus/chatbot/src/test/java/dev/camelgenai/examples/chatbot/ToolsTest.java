package dev.camelgenai.examples.chatbot;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedMessage.FunctionResponse;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.examples.service.LiveService;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The model calls routes: here with the scenario that chooses among them by what the user says. */
@QuarkusTest
@TestProfile(ToolsTest.WithAssistant.class)
class ToolsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public static class WithAssistant implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("live.emulator.scenario", "assistant", "chatbot.turn-timeout", "20s");
        }
    }

    @Inject
    LiveService service;

    @Inject
    Script script;

    @Inject
    Terminal terminal;

    @Inject
    Pickups pickups;

    private GenAiLiveEmulator emulator;

    @BeforeEach
    void findEmulator() {
        emulator = service.emulator().orElseThrow();
    }

    /** A carrier that takes its time until it is told to go on. */
    private static final class BusyCarrier extends Carrier {

        private final CountDownLatch enquiry = new CountDownLatch(1);

        @Override
        String locate(String number) {
            try {
                enquiry.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
            return super.locate(number);
        }

        void answer() {
            enquiry.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Where is order 1042?                  | Order 1042, coffee grinder: sent with parcel 77.
            Where is order 9?                     | That did not work: There is no order 9.
            When do you open on Saturday?         | We are open from 10:00 to 16:00 on Saturdays.
            Are you open on Sunday?               | We are closed on Sundays.
            Are you open on monday?               | We are open from 9:00 to 18:00 on monday.
            What are your opening hours?          | We are open from 9:00 to 18:00, on Saturdays from 10:00 to 16:00.
            What time is it in Atlantis?          | That did not work: There is no time zone Atlantis; try a large city, or a name like Europe/Rome.
            What is left in the warehouse?        | That did not work: The tool failed.
            """)
    void answersWithWhatARouteKnows(String question, String answer) {
        for (String path : List.of("/chat/", "/yaml/chat/")) {
            Response response = say(path + conversation(), question);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.asString()).as(path).isEqualTo(answer);
        }
    }

    @Test
    void tellsTheTimeInTwoPlaces() {
        String answer = say("/chat/" + conversation(), "What time is it in Rome and in Tokyo?").asString();

        assertThat(answer).containsPattern("It is \\d\\d:\\d\\d on \\w+ in Rome \\(Europe/Rome\\)\\..*"
                + "It is \\d\\d:\\d\\d on \\w+ in Tokyo \\(Asia/Tokyo\\)\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/", "/speak/" })
    void offersTheToolsOfTheTag(String path) throws IOException {
        String conversation = conversation();
        long before = emulator.sessions().size();
        if (path.equals("/speak/")) {
            given().contentType("audio/wav").body(resource("/speech/front-center.wav")).post(path + conversation);
        } else {
            say(path + conversation, "Hello");
        }

        List<RecordedSession> opened = emulator.sessions().stream().skip(before).toList();
        assertThat(opened).hasSize(1);
        assertThat(declarations(opened.get(0))).extracting(function -> function.path("name").asText())
                .containsExactlyInAnyOrder("orderStatus", "localTime", "trackParcel", "bookPickup", "openingHours",
                        "warehouseStock");
    }

    @Test
    void declaresWhichToolTheModelDoesNotWaitFor() {
        RecordedSession session = sessionOf("declares");

        assertThat(declarations(session)).filteredOn(function -> "NON_BLOCKING".equals(function.path("behavior").asText()))
                .extracting(function -> function.path("name").asText()).containsExactly("trackParcel");
        assertThat(declarations(session)).filteredOn(function -> "BLOCKING".equals(function.path("behavior").asText()))
                .hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            orderStatus  | {}                                         | The argument id is missing.
            orderStatus  | {"id":{"of":1042}}                         | The argument id must be of the type string.
            openingHours | {"day":"someday"}                          | The argument day must be one of
            bookPickup   | {"order":"1042","day":"soon"}              | The day must be written like
            bookPickup   | {"order":"1042","day":"2020-01-01"}        | Couriers can be booked from today on
            """)
    void tellsTheModelWhatIsWrongWithItsArguments(String function, String args, String trouble) {
        int before = pickups.count();

        FunctionResponse response = call(sessionOf("arguments"), function, args);

        assertThat(response.name()).isEqualTo(function);
        assertThat(response.response().path("error").asText()).startsWith(trouble);
        assertThat(pickups.count()).isEqualTo(before);
    }

    @Test
    void keepsToItselfWhyAToolFails() {
        FunctionResponse response = call(sessionOf("failing"), "warehouseStock", "{}");

        assertThat(response.response().toString()).isEqualTo("{\"error\":\"The tool failed.\"}");
    }

    @Test
    void booksOnceWhateverTheModelRepeats() {
        String day = LocalDate.now().plusDays(3).toString();
        String args = "{\"order\":\"1044\",\"day\":\"" + day + "\"}";
        RecordedSession session = sessionOf("booking");
        int before = pickups.count();

        FunctionResponse first = call(session, "bookPickup", args);
        FunctionResponse second = call(session, "bookPickup", args);

        assertThat(first.response().path("output").asText()).startsWith("A courier fetches order 1044 on " + day);
        assertThat(second.response()).isEqualTo(first.response());
        assertThat(pickups.count()).isEqualTo(before + 1);
    }

    @Test
    void writesDownWhichToolsAreCalledInTheTerminal() {
        StringWriter printed = new StringWriter();

        terminal.talk(lines("Where is order 1042?"), new PrintWriter(printed));

        assertThat(printed.toString().lines()).hasSize(2).first().isEqualTo("     [orderStatus id=1042]");
        assertThat(printed.toString()).contains("Bot: ").contains("Order 1042, coffee grinder: sent with parcel 77.");
    }

    @Test
    void playsTheScriptWithItsCalls() throws Exception {
        StringWriter printed = new StringWriter();

        script.play(new PrintWriter(printed));

        assertThat(printed.toString().lines().map(line -> line.replaceAll("day=\\S+", "day=...")))
                .containsSubsequence("You: Where is order 1042?", "     [orderStatus id=1042]",
                        "You: Where is parcel 77?", "     [trackParcel number=77]",
                        "You: What time is it in Rome and in Tokyo?", "     [localTime city=Rome]",
                        "     [localTime city=Tokyo]",
                        "You: Please book a pickup of order 1042 for tomorrow.", "     [bookPickup day=... order=1042]",
                        "You: wav: speech/front-center.wav")
                // without pauses between turns, the first word of one may be taken for a late one of the turn before
                .anyMatch(line -> line.startsWith("Bot: ") && line.contains("77 is in the depot in Bologna"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/" })
    void goesOnWhileAToolTakesItsTime(String path) {
        BusyCarrier carrier = new BusyCarrier();
        QuarkusMock.installMockForType(carrier, Carrier.class);
        String conversation = path + conversation();

        assertThat(say(conversation, "Where is parcel 77?").asString()).startsWith("I have asked for that");
        assertThat(say(conversation, "My name is Ada").asString()).contains("Ada");
        assertThat(given().get(conversation).statusCode()).isEqualTo(204);
        carrier.answer();

        List<String> heard = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            Response said = given().get(conversation);
            heard.add(said.asString());
            return said.statusCode() == 200;
        });
        assertThat(heard.get(heard.size() - 1)).contains("arcel 77 is in the depot in Bologna");
        assertThat(given().get(conversation).statusCode()).isEqualTo(204);
    }

    @Test
    void showsInTheTerminalWhatTheBotSaysByItself() {
        BusyCarrier carrier = new BusyCarrier();
        QuarkusMock.installMockForType(carrier, Carrier.class);
        StringWriter printed = new StringWriter();
        Queue<String> typed = new ArrayDeque<>(List.of("Where is parcel 77?"));

        terminal.talk(prompt -> {
            String line = typed.poll();
            if (line == null) {
                carrier.answer();
                await().atMost(PATIENCE).until(() -> printed.toString().contains("depot in Bologna"));
            }
            return line;
        }, new PrintWriter(printed));

        assertThat(printed.toString().lines()).hasSize(5);
        assertThat(printed.toString().lines().toList().get(0)).isEqualTo("     [trackParcel number=77]");
        assertThat(printed.toString().lines().toList().get(1)).startsWith("Bot: I have asked for that");
        assertThat(printed.toString().lines().toList().get(3)).startsWith("Bot: ").contains("depot in Bologna");
    }

    private static String conversation() {
        return UUID.randomUUID().toString();
    }

    private static Response say(String path, String text) {
        return given().contentType("text/plain; charset=utf-8").body(text).post(path);
    }

    private static UnaryOperator<String> lines(String line) {
        Queue<String> typed = new ArrayDeque<>(List.of(line));
        return prompt -> typed.poll();
    }

    /** A new one. */
    private RecordedSession sessionOf(String marker) {
        String words = marker + ' ' + UUID.randomUUID();
        say("/chat/" + conversation(), words);
        return emulator.sessions().stream()
                .filter(session -> session.messages().stream().anyMatch(message -> message.json().toString().contains(words)))
                .findFirst().orElseThrow();
    }

    private static List<JsonNode> declarations(RecordedSession session) {
        List<JsonNode> declarations = new ArrayList<>();
        session.setup().orElseThrow().findPath("tools")
                .forEach(tool -> tool.path("functionDeclarations").forEach(declarations::add));
        return declarations;
    }

    private static FunctionResponse call(RecordedSession session, String function, String args) {
        String id = UUID.randomUUID().toString();
        session.send("{\"toolCall\":{\"functionCalls\":[{\"id\":\"" + id + "\",\"name\":\"" + function + "\",\"args\":" + args
                + "}]}}");
        return session.awaitMessage(message -> message.functionResponses().stream().anyMatch(answer -> id.equals(answer.id())),
                PATIENCE).functionResponses().get(0);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ToolsTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
