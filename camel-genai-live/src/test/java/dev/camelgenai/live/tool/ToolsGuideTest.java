package dev.camelgenai.live.tool;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.FunctionResponseScheduling;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.DocumentedRoutes;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConfiguration;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.camelgenai.live.tool.CalledTools.BLOCKING;
import static dev.camelgenai.live.tool.CalledTools.NON_BLOCKING;
import static dev.camelgenai.live.tool.CalledTools.PATIENCE;
import static dev.camelgenai.live.tool.CalledTools.answer;
import static dev.camelgenai.live.tool.CalledTools.answers;
import static dev.camelgenai.live.tool.CalledTools.call;
import static dev.camelgenai.live.tool.CalledTools.cancel;
import static dev.camelgenai.live.tool.CalledTools.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Every sample of docs/tools.adoc, in Java and in YAML as it stands there, with what the guide says of it. */
@Timeout(60)
class ToolsGuideTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "tools.adoc");
    private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("weather", ToolsGuideTest::theModelCallsARoute);
        SCENARIOS.put("orders", ToolsGuideTest::theModelAsksADatabase);
        SCENARIOS.put("slow", ToolsGuideTest::theConversationGoesOnMeanwhile);
        SCENARIOS.put("silent", ToolsGuideTest::nobodyWaitsForWhatIsNotTold);
        SCENARIOS.put("parcels", ToolsGuideTest::aRouteAnswersSeveralTimes);
        SCENARIOS.put("booking", ToolsGuideTest::aBookingIsMadeOnceThoughNobodyWantsItAnyMore);
        SCENARIOS.put("failing", ToolsGuideTest::theCallerFailsAndTheModelIsAnswered);
        SCENARIOS.put("till", ToolsGuideTest::notEverybodyMayCall);
        SCENARIOS.put("bank", ToolsGuideTest::aConsumerAnswersInsteadOfTheRoute);
        SCENARIOS.put("front-desk", ToolsGuideTest::routesAndAConsumerAnswerSideBySide);
        SCENARIOS.put("kiosk", ToolsGuideTest::aToolComesAndGoes);
    }

    @TempDir
    static Path directory;
    private static String document;
    private static DocumentedRoutes guide;
    private static URLClassLoader resources;

    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final List<Called> called = new CopyOnWriteArrayList<>();
    private final JdbcDataSource database = new JdbcDataSource();
    private GenAiLiveEmulator service;
    private DefaultCamelContext context;
    private ProducerTemplate template;
    private Connection connection;

    /** What is done to a sample, and what must come out. The routes are there, the context is not started. */
    private interface Scenario {

        void play(ToolsGuideTest stage) throws Exception;
    }

    /** With what the route of a tool was called. */
    private record Called(Object body, Map<String, Object> headers) {
    }

    @BeforeAll
    static void read() throws Exception {
        document = Files.readString(DOCUMENT);
        guide = DocumentedRoutes.of(DOCUMENT);
        for (String file : List.of("order-status", "place-order", "front-desk")) {
            Files.writeString(directory.resolve(file + ".json"), guide.text(file + "-json"));
        }
        resources = new URLClassLoader(new URL[]{ directory.toUri().toURL() }, ToolsGuideTest.class.getClassLoader());
    }

    @AfterAll
    static void close() throws Exception {
        resources.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        service = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(ScriptedScenario.builder()
                .whenText("weather in (?<city>\\w+)").then(answer -> answer.call("weather",
                        Map.of("city", "${city}", "CamelFileName", "/etc/passwd", "secret", "x"))
                        .say("It is ${result.output}."))
                .whenText("when is the town hall open").then(answer -> answer.call("openingHours", Map.of())
                        .say("${result.output}."))
                .whenText("order (?<id>\\d+)").then(answer -> answer.call("orderStatus", Map.of("id", "${id:number}"))
                        .say("It is ${result.state} in ${result.town}."))
                .whenText("all my orders").then(answer -> answer.call("myOrders", Map.of())
                        .say("${result.output[0].id} ${result.output[0].state}, ${result.output[1].id} ${result.output[1].state}."))
                .whenText("send tea and cups").then(answer -> answer.call("placeOrder", Map.of("town", "Rome", "items",
                        List.of(Map.of("article", "tea", "quantity", 2), Map.of("article", "cup", "quantity", 4))))
                        .say("${result.output}."))
                .whenText("send some tea").then(answer -> answer.call("placeOrder", Map.of("town", "Rome", "items",
                        List.of(Map.of("article", "tea")))).say("${result.error}"))
                .whenText("flights to (?<city>\\w+)").then(answer -> answer.say("I am looking. ")
                        .call("findFlights", Map.of("city", "${city}"), then -> then.say("There are ${result.output}.")))
                .whenText("I like (?<wish>\\w+)")
                .then(answer -> answer.say("I see.").call("noteWish", Map.of("wish", "${wish}"),
                        then -> then.say("I have noted it.")))
                .whenText("how many (?<article>\\w+)").then(answer -> answer.call("stock", Map.of("article", "${article}"))
                        .say("${result.error}"))
                .whenText("price of (?<article>\\w+)").then(answer -> answer.call("price", Map.of("article", "${article}"))
                        .say("${result.output}"))
                .whenText("refund (?<amount>\\d+)").then(answer -> answer.call("refund", Map.of("amount", "${amount:number}"))
                        .say("${result.output}${result.error}"))
                .whenText("open the till").then(answer -> answer.call("openTill", Map.of())
                        .say("${result.output}${result.error}"))
                .whenText("price list").then(answer -> answer.call("prices", Map.of()).say("${result.output}${result.error}"))
                .whenText("transfer (?<amount>\\d+)")
                .then(answer -> answer.call("transfer", Map.of("amount", "${amount:number}"))
                        .say("${result.output}."))
                .whenText("breakfast").then(answer -> answer.call("breakfast", Map.of()).say("${result.output}."))
                .whenText("colleague").then(answer -> answer.call("callColleague", Map.of()).say("${result.output}."))
                .whenText("ice cream").then(answer -> answer.call("iceCream", Map.of()).say("${result.output}."))
                .otherwise(answer -> answer.say("You said: ${text}")).build()).start();
        context = new DefaultCamelContext();
        context.setApplicationContextClassLoader(resources);
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(service.wsUrl());
        options.setApiKey("key");
        options.setReconnect(false);
        context.getManagementStrategy().addEventNotifier(new Calls());
        database.setURL("jdbc:h2:mem:guide;DATABASE_TO_LOWER=TRUE");
        connection = database.getConnection();
        context.getRegistry().bind("database", database);
    }

    /** Notes with what the routes of tools begin. */
    private final class Calls extends EventNotifierSupport {

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof ExchangeCreatedEvent created
                    && created.getExchange().getFromEndpoint() instanceof GenAiLiveToolEndpoint) {
                Exchange exchange = created.getExchange();
                called.add(new Called(exchange.getMessage().getBody(), Map.copyOf(exchange.getMessage().getHeaders())));
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        context.stop();
        service.close();
        connection.close();
    }

    static Stream<Arguments> samples() {
        return guide.ids().stream().filter(SCENARIOS::containsKey).map(guide::sample)
                .flatMap(sample -> Stream.of("java", "yaml")
                        .map(language -> Arguments.of(sample.id(), language, sample, SCENARIOS.get(sample.id()))));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("samples")
    void theSampleDoesWhatTheGuideSays(String id, String language, DocumentedRoutes.Sample sample, Scenario scenario)
            throws Exception {
        sample.addTo(context, language);

        scenario.play(this);
    }

    @Test
    void everySampleIsPlayedAndNothingElse() throws Exception {
        assertThat(guide.ids()).containsExactlyElementsOf(SCENARIOS.keySet());
        assertThat(guide.unnamed()).containsExactly(Files.readString(Path.of("src/test/java/com/acme/shop/Order.java")));
    }

    // ---- the stage

    private void start() {
        context.start();
        template = context.createProducerTemplate();
    }

    private void start(String place, Processor behind) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + place).process(behind);
            }
        });
        start();
    }

    private String ask(String place, String question) {
        return template.requestBody("direct:" + place, question, String.class);
    }

    private String ask(String place, String question, String header, String value) {
        return template.requestBodyAndHeader("direct:" + place, question, header, value, String.class);
    }

    /** Waits for the test, unless it is interrupted. */
    private void waitToGoOn() {
        began.countDown();
        try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitLatch(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private RecordedSession session(int number) {
        RecordedSession session = service.awaitSessions(number, PATIENCE).get(number - 1);
        session.awaitSetup(PATIENCE);
        return session;
    }

    private void openSession(String model, String options) {
        template.sendBody("genai-live:" + model + "?operation=openSession&" + options, "");
    }

    private static Map<String, JsonNode> functions(JsonNode tools) {
        Map<String, JsonNode> functions = new LinkedHashMap<>();
        tools.forEach(tool -> tool.path("functionDeclarations")
                .forEach(function -> functions.put(function.path("name").asText(), function)));
        return functions;
    }

    private static Map<String, JsonNode> functions(RecordedSession session) {
        return functions(session.awaitSetup(PATIENCE).path("tools"));
    }

    private static String error(RecordedSession session, String id) {
        return answer(session, id).at("/response/error").asText();
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    // ---- the samples

    private static void theModelCallsARoute(ToolsGuideTest stage) {
        stage.start();

        assertThat(stage.ask("town", "What is the weather in Rome?")).isEqualTo("It is clear, 18 degrees in Rome.");
        assertThat(stage.ask("town", "when is the town hall open?")).isEqualTo("8 to 12 on working days.");

        RecordedSession session = stage.session(1);
        Map<String, JsonNode> told = functions(session);
        assertThat(told).containsOnlyKeys("weather", "openingHours");
        assertThat(told.get("weather").path("description").asText()).isEqualTo("The weather in a city as it is now");
        JsonNode parameters = told.get("weather").path("parameters");
        assertThat(parameters.at("/properties/city/type").asText()).isEqualTo("STRING");
        assertThat(parameters.at("/properties/city/description").asText()).isEqualTo("Name of the city");
        assertThat(parameters.at("/properties/units/enum").toString()).isEqualTo("[\"celsius\",\"fahrenheit\"]");
        assertThat(parameters.path("required").toString()).isEqualTo("[\"city\"]");
        Called weather = stage.called.get(0);
        assertThat(weather.body()).isEqualTo(Map.of("city", "Rome"));
        assertThat(weather.headers()).containsOnlyKeys("city", GenAiLiveConstants.SESSION_KEY, GenAiLiveConstants.TOOL_CALL_ID,
                GenAiLiveConstants.TOOL_NAME).containsEntry("city", "Rome")
                .containsEntry(GenAiLiveConstants.SESSION_KEY, "default")
                .containsEntry(GenAiLiveConstants.TOOL_NAME, "weather");

        call(session, "1", "weather", "{\"city\":\"Rome\",\"units\":\"kelvin\"}");
        assertThat(error(session, "1")).isEqualTo("The argument units must be one of [celsius, fahrenheit].");
        call(session, "2", "weather");
        assertThat(error(session, "2")).isEqualTo("The argument city is missing.");
        assertThat(stage.called).as("neither reaches the route").hasSize(2);

        stage.openSession(NON_BLOCKING, "sessionGroup=without");
        assertThat(functions(stage.session(2))).isEmpty();
    }

    private static void theModelAsksADatabase(ToolsGuideTest stage) throws Exception {
        stage.execute("create table orders (id int, customer varchar(20), state varchar(20), town varchar(20))",
                "insert into orders values (7, 'ada', 'shipped', 'Rome'), (8, 'ada', 'packed', 'Oslo'), (9, 'bob', 'new', 'Bonn')",
                "create table ordered (customer varchar(20), town varchar(20), article varchar(20), quantity int)");
        stage.start();

        assertThat(stage.ask("shop", "Where is order 7?", "customer", "ada")).isEqualTo("It is shipped in Rome.");
        assertThat(stage.ask("shop", "all my orders", "customer", "ada")).isEqualTo("7 shipped, 8 packed.");
        assertThat(stage.ask("shop", "send tea and cups", "customer", "ada")).isEqualTo("ordered, to be sent to Rome.");
        assertThat(stage.ask("shop", "send some tea", "customer", "ada"))
                .isEqualTo("The argument items[0].quantity is missing.");

        List<String> ordered = new ArrayList<>();
        try (Statement statement = stage.connection.createStatement();
                ResultSet rows = statement.executeQuery("select * from ordered order by article")) {
            while (rows.next()) {
                ordered.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3) + " " + rows.getInt(4));
            }
        }
        assertThat(ordered).containsExactly("ada Rome cup 4", "ada Rome tea 2");
        RecordedSession session = stage.session(1);
        Map<String, JsonNode> told = functions(session);
        assertThat(told.get("orderStatus").at("/responseJsonSchema/properties/town/type").asText()).isEqualTo("string");
        assertThat(
                told.get("placeOrder").at("/parametersJsonSchema/properties/items/items/properties/quantity/minimum").asInt())
                .isEqualTo(1);
        call(session, "1", "orderStatus", "{\"id\":7}");
        assertThat(answer(session, "1").path("response").toString()).isEqualTo("{\"state\":\"shipped\",\"town\":\"Rome\"}");
        call(session, "2", "orderStatus", "{\"id\":9}");
        assertThat(answer(session, "2").path("response").toString()).as("an order of somebody else")
                .isEqualTo("{\"output\":\"\"}");
        call(session, "3", "orderStatus", "{\"id\":\"7 or 1 = 1\"}");
        assertThat(error(session, "3")).isEqualTo("The argument id must be of the type integer.");
    }

    private static void theConversationGoesOnMeanwhile(ToolsGuideTest stage) throws Exception {
        MockEndpoint captions = stage.context.getEndpoint("mock:captions", MockEndpoint.class);
        stage.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:captions").to(captions);
            }
        });
        stage.start("flights", exchange -> {
            stage.waitToGoOn();
            exchange.getMessage().setBody("two flights to " + exchange.getMessage().getHeader("city"));
        });

        assertThat(stage.ask("travel", "flights to Rome, please")).isEqualTo("I am looking. ");
        awaitLatch(stage.began);
        assertThat(stage.ask("travel", "and what time is it?")).isEqualTo("You said: and what time is it?");
        CompletableFuture<String> office = stage.template.asyncRequestBody("direct:office", "flights to Oslo, please",
                String.class);
        RecordedSession waiting = stage.session(2);
        await().atMost(PATIENCE).until(() -> stage.called.size() == 2);
        settle(waiting, "meanwhile");
        assertThat(office).as("the turn is kept open").isNotDone();
        stage.goOn.countDown();

        assertThat(office.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("I am looking. There are two flights to Oslo.");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(captions.getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(String.class))
                .contains("There are two flights to Rome."));
        JsonNode told = functions(stage.session(1)).get("findFlights");
        assertThat(told.path("behavior").asText()).isEqualTo("NON_BLOCKING");
        assertThat(stage.session(1).messages()).anyMatch(
                message -> message.json().at("/toolResponse/functionResponses/0/scheduling").asText().equals("WHEN_IDLE"));
    }

    private static void nobodyWaitsForWhatIsNotTold(ToolsGuideTest stage) throws Exception {
        stage.start("wishes", exchange -> {
            stage.waitToGoOn();
            exchange.getMessage().setBody("noted");
        });

        assertThat(stage.ask("guest", "I like cats")).isEqualTo("I see.");
        awaitLatch(stage.began);
        stage.goOn.countDown();

        RecordedSession session = stage.session(1);
        JsonNode answer = session.awaitMessage(message -> message.json().has("toolResponse"), PATIENCE).json()
                .at("/toolResponse/functionResponses/0");
        assertThat(answer.path("scheduling").asText()).isEqualTo("SILENT");
        assertThat(answer.at("/response/output").asText()).isEqualTo("noted");
        assertThat(stage.ask("guest", "hello")).as("nothing of the wish").isEqualTo("You said: hello");
    }

    /** The bean of the sample. */
    public static final class Parcels {

        public Stream<Object> follow(String number) {
            return Stream.of(number + " is in Oslo", FunctionResponse.builder().response(Map.of("town", "Rome"))
                    .scheduling(FunctionResponseScheduling.Known.INTERRUPT).build());
        }
    }

    private static void aRouteAnswersSeveralTimes(ToolsGuideTest stage) {
        stage.context.getRegistry().bind("parcels", new Parcels());
        stage.start();
        stage.ask("parcels", "hello");
        RecordedSession session = stage.session(1);

        call(session, "1", "followParcel", "{\"number\":\"P7\"}");

        answer(session, "1");
        List<JsonNode> answers = answers(session, "1");
        assertThat(answers).extracting(each -> each.path("response").toString())
                .containsExactly("{\"output\":\"P7 is in Oslo\"}", "{\"town\":\"Rome\"}", "{}");
        assertThat(answers).extracting(each -> each.path("willContinue").asBoolean()).containsExactly(true, true, false);
        assertThat(answers.get(1).path("scheduling").asText()).isEqualTo("INTERRUPT");
        assertThat(answers).allMatch(each -> each.path("name").asText().equals("followParcel"));

        stage.openSession(BLOCKING, "sessionGroup=waiting&tags=parcels");
        RecordedSession waiting = stage.session(2);
        call(waiting, "1", "followParcel", "{\"number\":\"P7\"}");
        assertThat(answer(waiting, "1").at("/response/output").size()).isEqualTo(2);
        assertThat(answers(waiting, "1")).hasSize(1);
    }

    private static void aBookingIsMadeOnceThoughNobodyWantsItAnyMore(ToolsGuideTest stage) throws Exception {
        stage.context.getRegistry().bind("bookings", MemoryIdempotentRepository.memoryIdempotentRepository());
        AtomicInteger booked = new AtomicInteger();
        CountDownLatch booking = new CountDownLatch(1);
        stage.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:book").process(exchange -> {
                    booking.countDown();
                    assertThat(stage.goOn.await(30, TimeUnit.SECONDS)).as("without being interrupted").isTrue();
                    booked.incrementAndGet();
                });
            }
        });
        stage.start("look-up", exchange -> stage.waitToGoOn());
        stage.ask("restaurant", "hello");
        RecordedSession session = stage.session(1);
        call(session, "1", "bookTable", "{\"time\":\"8 pm\"}");
        call(session, "2", "freeTables");
        awaitLatch(booking);
        awaitLatch(stage.began);

        cancel(session, "1");
        cancel(session, "2");

        awaitLatch(stage.interrupted);
        settle(session, "meanwhile");
        stage.goOn.countDown();
        await().atMost(PATIENCE).until(() -> stage.context.getInflightRepository().size() == 0);
        assertThat(booked).hasValue(1);
        settle(session, "after");
        assertThat(answers(session, "1")).isEmpty();
        assertThat(answers(session, "2")).isEmpty();
        call(session, "1", "bookTable", "{\"time\":\"8 pm\"}");
        assertThat(answer(session, "1").at("/response/output").asText()).isEqualTo("booked for 8 pm");
        assertThat(booked).as("the same call").hasValue(1);
        call(session, "3", "bookTable", "{\"time\":\"8 pm\"}");
        answer(session, "3");
        assertThat(booked).as("another call").hasValue(2);
    }

    private static void theCallerFailsAndTheModelIsAnswered(ToolsGuideTest stage) throws Exception {
        stage.execute("create table stock (article varchar(20))");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        stage.context.getRegistry().bind("failures", new ExceptionHandler() {
            @Override
            public void handleException(Throwable exception) {
                failures.add(exception);
            }

            @Override
            public void handleException(String message, Throwable exception) {
                failures.add(exception);
            }

            @Override
            public void handleException(String message, Exchange exchange, Throwable exception) {
                failures.add(exception);
            }
        });
        stage.start();

        assertThat(stage.ask("counter", "how many cups are there?")).isEqualTo("Please ask at the counter.");
        assertThat(stage.ask("counter", "what is the price of tea?")).isEqualTo("Prices are not known today.");

        JsonNode answer = stage.session(1).awaitMessage(message -> message.json().has("toolResponse"), PATIENCE).json()
                .at("/toolResponse/functionResponses/0");
        assertThat(answer.path("response").toString()).isEqualTo("{\"error\":\"The tool failed.\"}");
        assertThat(failures).singleElement()
                .satisfies(failure -> assertThat(failure).hasStackTraceContaining("quantity"));
    }

    private static void notEverybodyMayCall(ToolsGuideTest stage) {
        stage.context.getRegistry().bind("mayOpen", (Predicate) exchange -> {
            throw new IllegalStateException("the list of clerks is not there");
        });
        stage.context.getComponent("genai-live-tool", GenAiLiveToolComponent.class).setAuthorization(
                (Predicate) exchange -> "clerk-1".equals(exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY)));
        stage.start();
        String refused = "The tool may not be used in this conversation.";

        assertThat(stage.ask("till", "refund 5", "user", "clerk-2")).isEqualTo("refunded 5");
        assertThat(stage.called).hasSize(1);
        assertThat(stage.ask("till", "refund 5", "user", "guest")).isEqualTo(refused);
        assertThat(stage.ask("till", "open the till", "user", "clerk-1")).as("fails closed").isEqualTo(refused);
        assertThat(stage.ask("till", "price list", "user", "guest")).as("the rule of the component").isEqualTo(refused);
        assertThat(stage.called).hasSize(1);
        assertThat(stage.ask("till", "price list", "user", "clerk-1")).isEqualTo("coffee 3, tea 2");
        assertThat(document).contains("`" + refused + "`");
    }

    private static void aConsumerAnswersInsteadOfTheRoute(ToolsGuideTest stage) throws Exception {
        stage.start("approve", exchange -> exchange.getMessage()
                .setBody("refused: " + exchange.getMessage().getBody(FunctionCall.class).args().orElseThrow()));

        assertThat(stage.ask("customer", "transfer 50")).isEqualTo("refused: {amount=50}.");
        assertThat(stage.called).isEmpty();
        assertThat(stage.ask("clerk", "transfer 50")).isEqualTo("50 transferred.");

        RecordedSession customers = stage.session(1);
        assertThat(functions(customers)).containsOnlyKeys("transfer");
        JsonNode answer = customers.awaitMessage(message -> message.json().has("toolResponse"), PATIENCE).json()
                .at("/toolResponse/functionResponses/0");
        assertThat(answer.path("name").asText()).isEqualTo("transfer");
        String again = answer.path("id").asText();
        assertThatThrownBy(() -> stage.template.sendBodyAndHeader(
                "genai-live:gemini-3.8-live?sessionGroup=customers&operation=sendToolResponse&response=none", "again",
                GenAiLiveConstants.TOOL_CALL_ID, again)).hasCauseInstanceOf(LiveInputException.class);

        LiveTurn turn = stage.template.requestBody(
                "genai-live:gemini-3.8-live?sessionGroup=alone&tags=bank&toolExecution=manual&response=turn", "transfer 7",
                LiveTurn.class);
        assertThat(turn.functionCalls()).as("without a consumer the caller hears of it").singleElement()
                .satisfies(call -> assertThat(call.name()).hasValue("transfer"));
        call(stage.session(3), "unheard", "transfer", "{\"amount\":7}");
        assertThat(error(stage.session(3), "unheard")).startsWith("There is no such function.");
    }

    private static void routesAndAConsumerAnswerSideBySide(ToolsGuideTest stage) throws Exception {
        stage.start("colleague", exchange -> exchange.getMessage().setBody("Ada is coming"));

        assertThat(stage.ask("front-desk", "When is breakfast?")).isEqualTo("7 to 10.");
        assertThat(stage.ask("front-desk", "a colleague, please")).isEqualTo("Ada is coming.");

        RecordedSession session = stage.session(1);
        assertThat(functions(session)).containsOnlyKeys("callColleague", "breakfast");
        call(session, "1", "breakfast");
        call(session, "2", "callColleague");
        assertThat(answer(session, "1").at("/response/output").asText()).isEqualTo("7 to 10");
        assertThat(answer(session, "2").at("/response/output").asText()).isEqualTo("Ada is coming");
        call(session, "3", "fly");
        assertThat(error(session, "3")).startsWith("There is no such function.");
        assertThat(answers(session, "1")).hasSize(1);
    }

    private static void aToolComesAndGoes(ToolsGuideTest stage) throws Exception {
        stage.start();
        assertThat(stage.ask("kiosk", "hello")).isEqualTo("You said: hello");
        RecordedSession session = stage.session(1);
        assertThat(functions(session)).isEmpty();
        stage.openSession(BLOCKING, "sessionGroup=old&tags=kiosk");

        stage.context.getRouteController().startRoute("ice-cream");
        awaitUpdate(session, "iceCream");
        assertThat(stage.ask("kiosk", "Is there ice cream?")).isEqualTo("lemon and pistachio.");
        stage.context.getRouteController().stopRoute("ice-cream");
        awaitUpdate(session);

        call(session, "1", "iceCream");
        assertThat(error(session, "1")).isEqualTo("The tool is not available any more.");

        stage.context.getRouteController().startRoute("ice-cream");
        awaitUpdate(session, "iceCream");
        RecordedSession old = stage.session(2);
        settle(old, "after");
        assertThat(old.messages()).noneMatch(message -> message.json().has("contextUpdate"));
        stage.openSession(BLOCKING, "sessionGroup=old&tags=kiosk&sessionKey=next");
        assertThat(functions(stage.session(3))).containsOnlyKeys("iceCream");
    }

    /** Of all that the model was told of its tools while it was connected, the last. */
    private static void awaitUpdate(RecordedSession session, String... functions) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<JsonNode> updates = session.messages().stream().map(message -> message.json().path("contextUpdate"))
                    .filter(JsonNode::isObject).toList();
            assertThat(updates).isNotEmpty();
            assertThat(functions(updates.get(updates.size() - 1).at("/tools/tools")).keySet()).isEqualTo(Set.of(functions));
        });
    }

    // ---- the table

    @Test
    void theModelReadsWhatTheTableSays() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                String tool = "genai-live-tool:%s?tags=all&description=Works";
                from(tool.formatted("plain") + "&parameter.city=string&parameter.city.required=true").setBody(constant("done"));
                from(tool.formatted("failing")).throwException(IllegalStateException.class, "the password is 12345");
                from(tool.formatted("late") + "&timeout=1").process(exchange -> waitToGoOn());
                from(tool.formatted("gone")).routeId("gone").setBody(constant("done"));
                from(tool.formatted("slow") + "&cancellable=false").process(exchange -> running.countDown())
                        .process(exchange -> waitToGoOn());
            }
        });
        start();
        openSession(NON_BLOCKING, "sessionGroup=all&tags=all&maxToolCallsPerSession=500");
        RecordedSession session = session(1);
        context.getRouteController().stopRoute("gone");
        Map<String, String> read = new LinkedHashMap<>();

        for (String function : List.of("plain", "failing", "late", "gone", "fly")) {
            call(session, function, function);
            read.put(function, error(session, function));
        }
        for (int i = 0; i <= 64; i++) {
            call(session, "turn" + i, "gone");
        }
        read.put("turn", error(session, "turn64"));
        openSession(NON_BLOCKING, "sessionGroup=all&sessionKey=closed");
        RecordedSession closed = session(2);
        call(closed, "1", "slow");
        awaitLatch(running);
        template.sendBody("genai-live:" + NON_BLOCKING + "?operation=closeSession&sessionGroup=all&sessionKey=closed", "");
        read.put("closed", error(closed, "1"));

        assertThat(new TreeSet<>(read.values())).hasSize(read.size());
        assertThat(read.remove("fly")).isEqualTo("There is no such function. There are: [failing, late, plain, slow]");
        assertThat(read.values()).allSatisfy(text -> assertThat(document).contains("| `" + text + "`"));
    }
}
