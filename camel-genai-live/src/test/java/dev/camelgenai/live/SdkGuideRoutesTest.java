package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Part;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSessionLostException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The routes of docs/coming-from-the-sdk.adoc, as they stand there. */
@Timeout(60)
class SdkGuideRoutesTest {

    /** What the code blocks of the SDK's guide are about, in its order. */
    private static final List<String> TITLES = List.of("1. Core Imports", "2. AsyncLive Service", "3. AsyncSession Class",
            "4. Live Connect Config", "5. Live Server Message", "6. Connect to Live Session", "7. Connect with Configuration",
            "8. Send Text Content", "9. Send Multiple Turns", "10. Send Realtime Audio Input", "11. Send Tool Response",
            "12. Register Message Callback", "13. Stream Text Response", "14. Real-time Chat Session",
            "15. Voice Assistant with Audio", "16. Register Functions and Handle Calls", "17. Graceful Shutdown",
            "18. Close with try-with-resources Pattern", "19. Handle Connection Errors", "20. Handle Send Failures",
            "21. Connection Management", "22. Handle Reconnection", "23. Message Synchronization");
    private static final Path DOCUMENT = Path.of("..", "docs", "coming-from-the-sdk.adoc");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern SAMPLE = Pattern.compile("^\\[#(\\w+)]\n\\[source,java]$", Pattern.MULTILINE);
    private static final Pattern JSON = Pattern.compile("^\\[source,json]\n----\n(.*?)^----$",
            Pattern.MULTILINE | Pattern.DOTALL);
    private static final String SESSION = "genai-live:gemini-3.8-live";

    /** Runs a sample of the document in both languages. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @ValueSource(strings = { "java", "yaml" })
    @interface Sample {

        /** Its id. */
        String value();
    }

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(SdkGuideScenario.scenario()));

    @TempDir
    static Path directory;
    private static String document;
    private static DocumentedRoutes samples;
    private static SdkBlocks blocks;
    private static URLClassLoader resources;

    private DefaultCamelContext context;
    private GenAiLiveComponent component;
    private ProducerTemplate template;

    @BeforeAll
    static void read() throws Exception {
        document = Files.readString(DOCUMENT);
        samples = DocumentedRoutes.of(DOCUMENT);
        blocks = new SdkBlocks(document, directory.resolve("classes"));
        Path files = Files.createDirectories(directory.resolve("resources"));
        Matcher json = JSON.matcher(document);
        assertThat(json.find()).isTrue();
        Files.writeString(files.resolve("weather.json"), json.group(1));
        resources = new URLClassLoader(new URL[]{ files.toUri().toURL() }, SdkGuideRoutesTest.class.getClassLoader());
    }

    @AfterAll
    static void close() throws IOException {
        blocks.close();
        resources.close();
    }

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        context.setApplicationContextClassLoader(resources);
        component = context.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        component.getConfiguration().setApiKey("key");
        component.getConfiguration().setReconnectInitialDelay(10);
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private void start(String sample, String language) throws Exception {
        samples.sample(sample).addTo(context, language);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String name : List.of("show", "ready", "call", "forget", "play", "stopPlaying", "misconfigured",
                        "unreachable", "gaveUp", "refused", "life")) {
                    from("direct:" + name).to("mock:" + name);
                }
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    private void property(String name, String value) {
        context.getPropertiesComponent().addInitialProperty(name, value);
    }

    private static RecordedSession session(int number) {
        return EMULATOR.get().awaitSessions(number, PATIENCE).get(number - 1);
    }

    private String ask(Object question) {
        return template.requestBody("direct:ask", question, String.class);
    }

    private RecordedSession openSession() {
        template.sendBody(SESSION + "?operation=openSession", "");
        return session(1);
    }

    private List<Exchange> heard(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class).getExchanges();
    }

    private List<String> bodies(String name) {
        return heard(name).stream().map(exchange -> exchange.getMessage().getBody(String.class)).toList();
    }

    private void awaitHeard(String name, int number) {
        await().atMost(PATIENCE).until(() -> heard(name).size() >= number);
    }

    private void awaitShown(String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(String.join("", bodies("show"))).isEqualTo(text));
    }

    // ---- the document as a whole

    @Test
    void everyCodeBlockOfTheGuideHasASectionWithItsCallAndARouteOrTheReasonWhyThereIsNone() {
        Map<Integer, SdkBlocks.Section> sections = SdkBlocks.sections(document);

        assertThat(sections.values()).extracting(SdkBlocks.Section::title).containsExactlyElementsOf(TITLES);
        assertThat(sections.values()).allSatisfy(section -> {
            assertThat(section.sdk()).as(section.title()).isNotBlank();
            boolean nothingToDo = section.text().contains("\nNothing to do here: ");
            assertThat(samplesOf(section).isEmpty()).as("%s: nothing to do", section.title()).isEqualTo(nothingToDo);
        });
    }

    private static Set<String> samplesOf(SdkBlocks.Section section) {
        return SAMPLE.matcher(section.text()).results().map(found -> found.group(1)).filter(id -> !id.equals("imports"))
                .collect(Collectors.toSet());
    }

    @Test
    void everySampleIsRunInBothLanguages() {
        Set<String> run = Arrays.stream(getClass().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Sample.class))
                .map(method -> method.getAnnotation(Sample.class).value()).collect(Collectors.toCollection(TreeSet::new));

        assertThat(run).containsExactlyElementsOf(new TreeSet<>(samples.ids()));
        assertThat(samples.unnamed()).isEmpty();
    }

    // ---- its samples

    @Sample("open")
    void opensASession(String language) throws Exception {
        start("open", language);

        template.sendBody("direct:open", "");

        assertThat(session(1).awaitSetup(PATIENCE)).isNotNull();
        assertThat(session(1).messages()).isEmpty();
    }

    @Sample("connect")
    void connectsAndTellsTheSessionsId(String language) throws Exception {
        start("connect", language);

        template.sendBody("direct:hello", "Hello from live session!");

        awaitShown("Connected! Session ID: " + session(1).id() + "You said: Hello from live session!");
    }

    @Sample("config")
    void configuresTheSession(String language) throws Exception {
        context.getRegistry().bind("liveConfig", LiveConnectConfig.builder().temperature(0.7f).maxOutputTokens(1024).build());
        start("config", language);

        template.requestBody("direct:options", "one");
        template.requestBody("direct:bean", "two");

        assertThat(List.of(session(1), session(2))).allSatisfy(session -> {
            JsonNode setup = session.awaitSetup(PATIENCE);
            assertThat(setup.at("/generationConfig/temperature").floatValue()).isEqualTo(0.7f);
            assertThat(setup.at("/generationConfig/maxOutputTokens").intValue()).isEqualTo(1024);
        });
    }

    @Sample("text")
    void sendsText(String language) throws Exception {
        start("text", language);

        template.sendBody("direct:say", "What is the weather like today?");

        assertThat(bodies("show")).containsExactly("Content sent");
        RecordedMessage message = session(1).awaitMessages(1, PATIENCE).get(0);
        assertThat(message.text()).isEqualTo("What is the weather like today?");
        assertThat(message.json().at("/clientContent/turnComplete").booleanValue()).isTrue();
    }

    @Sample("turns")
    void sendsSeveralTurns(String language) throws Exception {
        start("turns", language);

        template.sendBody("direct:turns",
                List.of(Content.fromParts(Part.fromText("one")), Content.fromParts(Part.fromText("two"))));
        template.sendBody("direct:texts", List.of("three", "four"));

        List<RecordedMessage> messages = session(1).awaitMessages(3, PATIENCE);
        assertThat(messages).extracting(RecordedMessage::text).containsExactly("onetwo", "three", "four");
        assertThat(messages).extracting(message -> message.json().at("/clientContent/turns").size())
                .containsExactly(2, 1, 1);
        assertThat(messages).extracting(message -> message.json().at("/clientContent/turnComplete").booleanValue())
                .containsExactly(true, false, true);
    }

    @Sample("audio")
    void sendsChunksOfAudio(String language) throws Exception {
        start("audio", language);

        template.sendBody("direct:audio", bytes("one "));
        template.sendBody("direct:audio", List.of(bytes("two "), bytes("six ")));

        assertThat(session(1).awaitMessages(3, PATIENCE)).extracting(RecordedMessage::audio)
                .containsExactly(bytes("one "), bytes("two "), bytes("six "));
        assertThat(session(1).messages()).extracting(RecordedMessage::mimeType).containsOnly("audio/pcm;rate=16000");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Sample("toolresponse")
    void answersACall(String language) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                // a call that nobody hears of is answered with an error
                from("genai-live:gemini-3.8-live?events=toolCall").to("mock:calls");
            }
        });
        start("toolresponse", language);
        openSession().send(SdkGuideScenario.CALL.formatted("c1")).join();
        awaitHeard("calls", 1);

        template.sendBody("direct:result", SdkGuideScenario.answerTo("c1"));

        JsonNode answer = session(1).awaitMessages(1, PATIENCE).get(0).json().at("/toolResponse/functionResponses/0");
        assertThat(answer.path("id").textValue()).isEqualTo("c1");
        assertThat(answer.at("/response/temperature").intValue()).isEqualTo(72);
    }

    @Sample("receive")
    void receivesEverythingAndAnswersNoCallThatWasCancelled(String language) throws Exception {
        start("receive", language);
        RecordedSession session = openSession();
        awaitHeard("ready", 1);

        template.sendBody(SESSION + "?response=none", "hello");
        awaitShown("You said: hello");
        session.send(SdkGuideScenario.CALL.formatted("c1")).join();
        session.send(SdkGuideScenario.CALL.formatted("c2")).join();
        awaitHeard("call", 2);
        session.send(SdkGuideScenario.CANCELLATION.formatted("c1")).join();

        awaitHeard("forget", 1);
        assertThat(bodies("forget")).containsExactly("c1");
        assertThat(heard("call")).extracting(exchange -> exchange.getMessage().getBody(FunctionCall.class).id().orElseThrow())
                .containsExactly("c1", "c2");
        template.sendBody(SESSION + "?response=none", SdkGuideScenario.answerTo("c1"));
        template.sendBody(SESSION + "?response=none", SdkGuideScenario.answerTo("c2"));
        assertThat(session.awaitMessages(2, PATIENCE).get(1).json().at("/toolResponse/functionResponses/0/id").textValue())
                .isEqualTo("c2");
    }

    @Sample("stream")
    void streamsATurnAndKnowsItsEnd(String language) throws Exception {
        start("stream", language);

        template.requestBody("direct:narrate", "once upon a time");

        assertThat(String.join("", bodies("show"))).isEqualTo("You said: once upon a time[Turn complete]");
        assertThat(bodies("show")).hasSizeGreaterThan(2);
    }

    @Sample("chat")
    void chatsUntilTheUserLeaves(String language) throws Exception {
        start("chat", language);

        template.requestBody("direct:line", "one");
        template.requestBody("direct:line", "two");
        template.requestBody("direct:line", "exit");

        assertThat(bodies("show")).containsExactly("You said: one", "You said: two");
        assertThat(session(1).awaitClosed(PATIENCE).texts()).containsExactly("one", "two");
        assertThat(session(1).clientClose()).isPresent();
    }

    @Sample("voice")
    void hearsAndSpeaksAndFallsSilentWhenInterrupted(String language) throws Exception {
        start("voice", language);

        template.sendBody("direct:microphone", new ByteArrayInputStream(SdkGuideScenario.speech()));

        await().atMost(PATIENCE).until(() -> heard("play").stream()
                .mapToInt(exchange -> exchange.getMessage().getBody(byte[].class).length)
                .sum() >= SdkGuideScenario.enoughPlayed());
        session(1).send("{\"serverContent\":{\"interrupted\":true}}").join();
        awaitHeard("stopPlaying", 1);
    }

    @Sample("functions")
    void callsAFunctionDeclaredInConfig(String language) throws Exception {
        context.getRegistry().bind("weather", blocks.bean());
        start("functions", language);

        assertThat(ask("What is the weather in Rome?")).isEqualTo("It is 22 degrees in Rome.");
        assertThat(session(1).awaitSetup(PATIENCE).at("/tools/0/functionDeclarations/0/name").textValue())
                .isEqualTo("get_weather");
    }

    @Sample("tool")
    void callsARoute(String language) throws Exception {
        start("tool", language);

        assertThat(ask("What is the weather in Rome?")).isEqualTo("It is 22 degrees in Rome.");
    }

    @Sample("close")
    void closesOnDemandAndWithTheContext(String language) throws Exception {
        start("close", language);

        ask("one");
        template.sendBody("direct:bye", "");
        assertThat(session(1).awaitClosed(PATIENCE).clientClose()).isPresent();
        ask("two");
        context.stop();

        assertThat(session(2).awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Sample("close")
    void closesWhatIsIdle(String language) throws Exception {
        property("idle", "200ms");
        start("close", language);

        ask("one");

        assertThat(session(1).awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Sample("finally")
    void closesWhetherThereWasAnAnswerOrNot(String language) throws Exception {
        start("finally", language);

        assertThat(template.requestBody("direct:once", "one", String.class)).isEqualTo("You said: one");
        EMULATOR.get().faults().arm(Fault.parse("kill@midTurn*1"));
        assertThatThrownBy(() -> template.requestBody("direct:once", "two"))
                .isInstanceOf(CamelExecutionException.class).hasCauseInstanceOf(LiveSessionLostException.class);

        assertThat(session(1).awaitClosed(PATIENCE).texts()).containsExactly("one");
        assertThat(component.sessions().all()).isEmpty();
    }

    @Sample("connecterrors")
    void tellsABadKeyFromAServiceThatIsNotThere(String language) throws Exception {
        start("connecterrors", language);

        EMULATOR.get().faults().arm(Fault.parse("refuse=401@connect*1"));
        ask("one");
        EMULATOR.get().faults().arm(Fault.parse("refuse=500@connect*1"));
        ask("two");

        assertThat(heard("misconfigured")).singleElement().satisfies(exchange -> assertThat(cause(exchange))
                .isInstanceOf(LiveAuthenticationException.class));
        assertThat(bodies("unreachable")).singleElement().asString().startsWith("Connection failed: ");
    }

    @Sample("connecterrors")
    void tellsThatNobodyListens(String language) throws Exception {
        try (ServerSocket bound = new ServerSocket(0)) {
            component.getConfiguration().setBaseUrl("ws://127.0.0.1:" + bound.getLocalPort());
        }
        start("connecterrors", language);

        ask("one");

        assertThat(heard("unreachable")).singleElement().satisfies(exchange -> assertThat(cause(exchange))
                .isInstanceOf(LiveConnectionException.class));
    }

    private static Throwable cause(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    }

    @Sample("senderrors")
    void repeatsWhatMakesSenseToRepeat(String language) throws Exception {
        start("senderrors", language);

        EMULATOR.get().faults().arm(Fault.parse("kill@midTurn*1"));
        assertThat(ask("one")).isEqualTo("You said: one");
        ask(42);
        EMULATOR.get().faults().arm(Fault.parse("kill@midTurn*3"));
        ask("two");

        assertThat(heard("refused")).singleElement().satisfies(exchange -> assertThat(cause(exchange))
                .isInstanceOf(LiveInputException.class));
        assertThat(heard("gaveUp")).singleElement().satisfies(exchange -> assertThat(cause(exchange))
                .isInstanceOf(LiveSessionLostException.class));
    }

    @Sample("inputs")
    void asksSeveralQuestionsInOneSession(String language) throws Exception {
        start("inputs", language);

        template.requestBody("direct:inputs", List.of("one", "two", "three"));

        assertThat(bodies("show")).containsExactly("You said: one", "You said: two", "You said: three");
        assertThat(EMULATOR.get().sessions()).singleElement();
        assertThat(session(1).awaitClosed(PATIENCE).texts()).containsExactly("one", "two", "three");
    }

    @Sample("reconnect")
    void connectsAgainAndGoesOnWithTheConversation(String language) throws Exception {
        EMULATOR.get().faults().arm(Fault.parse("refuse=503@connect*2"));
        start("reconnect", language);

        assertThat(ask("one")).isEqualTo("You said: one");
        awaitHeard("life", 2);
        session(1).dropTcp().join();
        awaitHeard("life", 4);

        assertThat(ask("two")).isEqualTo("You said: two");
        assertThat(heard("life")).extracting(exchange -> exchange.getMessage().getHeader(GenAiLiveConstants.EVENT))
                .containsExactly("reconnecting", "reconnecting", "reconnecting", "resumed");
        assertThat(session(2).awaitSetup(PATIENCE).at("/sessionResumption/handle").asText()).isNotEmpty();
    }

    @Sample("timeout")
    void waitsForAnAnswerAsLongAsItIsWorth(String language) throws Exception {
        start("timeout", language);

        assertThat(ask("hello")).isEqualTo("You said: hello");
    }

    @Sample("timeout")
    void waitsNoLonger(String language) throws Exception {
        property("patience", "300ms");
        start("timeout", language);

        assertThat(ask("say nothing")).isEqualTo("Timeout waiting for response");
    }
}
