package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveSession;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Endpoints whose URI is worked out for each exchange. */
@Timeout(120)
class DynamicRoutesTest extends RoutesTestSupport {

    private static final int USERS = 200;
    private static final int MODELS = 20;

    @BeforeEach
    void serveAnyModel() {
        serve(builder -> builder.models(name -> true).recordSessions(10_000));
    }

    private void route(String dynamicUri) throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD(dynamicUri);
            }
        });
    }

    private Exchange send(Map<String, Object> headers) {
        return send("direct:dynamic", "hello", headers);
    }

    private Set<String> addresses() {
        return sessions().stream().map(session -> session.address().group() + "/" + session.address().key())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> endpoints() {
        return context.getEndpoints().stream().map(endpoint -> endpoint.getEndpointUri())
                .filter(uri -> uri.startsWith("genai-live")).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Exchange> sendAll(List<Map<String, Object>> headers) {
        List<CompletableFuture<Exchange>> sent = headers.stream().map(each -> sendLater("direct:dynamic", "hello", each))
                .toList();
        return sent.stream().map(LiveTalk::result).toList();
    }

    private static List<Map<String, Object>> everyUserOfEveryModel() {
        List<Map<String, Object>> headers = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            headers.add(Map.of("user", "user-" + user, "model", "model-" + user % MODELS));
        }
        return headers;
    }

    // ---- bounded

    @Test
    void manyUsersOfOneModelShareOneEndpointAndHaveASessionEach() throws Exception {
        route("genai-live:gemini-3.8-live?response=turn&sessionKey=${header.user}");

        List<Exchange> answers = sendAll(everyUserOfEveryModel());

        assertThat(answers).allSatisfy(answer -> assertThat(answer.getException()).isNull());
        assertThat(addresses()).isEqualTo(IntStream.range(0, USERS).mapToObj(user -> "gemini-3.8-live/user-" + user)
                .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(endpoints()).containsExactly("genai-live://gemini-3.8-live?response=turn");
        assertThat(component.profiles().size()).isEqualTo(1);
        assertThat(component.dynamicProducers().size()).isZero();
    }

    @Test
    void manyUsersOfManyModelsShareOneEndpointOfTheContext() throws Exception {
        route("genai-live:${header.model}?response=turn&sessionKey=${header.user}");

        List<Exchange> answers = sendAll(everyUserOfEveryModel());

        assertThat(answers).allSatisfy(answer -> assertThat(answer.getMessage().getBody(String.class)).isEqualTo("hello"));
        assertThat(addresses()).isEqualTo(IntStream.range(0, USERS).mapToObj(user -> "model-" + user % MODELS + "/user-" + user)
                .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(endpoints()).containsExactly("genai-live://*");
        assertThat(component.profiles().size()).as("a group for each model").isEqualTo(MODELS);
        assertThat(component.dynamicProducers().size()).isEqualTo(MODELS);
    }

    @Test
    void moreModelsThanAreKeptLeaveNothingBehindOnceTheirSessionsHaveEnded() throws Exception {
        int models = 3 * DynamicProducers.MAX;
        route("genai-live:${header.model}?operation=openSession");

        for (int model = 0; model < models; model++) {
            assertThat(send(Map.of("model", "model-" + model)).getException()).isNull();
        }

        assertThat(sessions()).as("outlive the endpoint that opened them").hasSize(models);
        assertThat(endpoints()).containsExactly("genai-live://*");
        assertThat(component.dynamicProducers().size()).isEqualTo(DynamicProducers.MAX);
        assertThat(component.profiles().size()).isEqualTo(models);
        sessions().forEach(LiveSession::close);
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(component.profiles().size()).as("groups without session").isEqualTo(DynamicProducers.MAX));
    }

    @Test
    void aModelWhoseEndpointWasDroppedGoesOnWithItsSession() throws Exception {
        route("genai-live:${header.model}?response=turn");
        send(Map.of("model", "first"));
        for (int model = 0; model < 2 * DynamicProducers.MAX; model++) {
            send("direct:dynamic", "", Map.of("model", "model-" + model, GenAiLiveConstants.OPERATION, "openSession"));
        }

        assertThat(send(Map.of("model", "first")).getMessage().getHeader(GenAiLiveConstants.TURN_ID)).isEqualTo(2L);

        assertThat(service.sessions().stream().filter(session -> "models/first".equals(model(session)))).hasSize(1);
    }

    private static String model(RecordedSession session) {
        return session.setup().map(setup -> setup.at("/model").asText()).orElse("");
    }

    @Test
    void endpointsThatAreDroppedWhileTheyAreUsedLoseNoExchange() throws Exception {
        int models = DynamicProducers.MAX + 50;
        route("genai-live:${header.model}?response=turn");
        List<Map<String, Object>> headers = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            IntStream.range(0, models).forEach(model -> headers.add(Map.of("model", "model-" + model)));
        }

        List<Exchange> answers = sendAll(headers);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.getException()).isNull());
        assertThat(addresses()).hasSize(models);
        assertThat(component.dynamicProducers().size()).isLessThanOrEqualTo(DynamicProducers.MAX);
    }

    @Test
    void aStoppedComponentHasStoppedTheEndpointsOfDynamicModels() throws Exception {
        route("genai-live:${header.model}?response=turn");
        send(Map.of("model", "model-1"));

        context.stop();

        assertThat(component.dynamicProducers().size()).isZero();
        assertThat(component.profiles().size()).isZero();
    }

    // ---- the session key

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sessionKey=${header.user}             | anna",
        "sessionKey=${header.user}             | Anna Müller",
        "sessionKey=${header.user}             | anna+1@example.com",
        "sessionKey=${header.user}             | 100%",
        "sessionKey=${header.user}             | a%20b",
        "sessionKey=RAW(${header.user})        | a&b=c+d%20e?f#g",
        "sessionKey=RAW{${header.user}}        | a)b",
        "session-key=${header.user}            | anna",
        "voice=Kore&sessionKey=${header.user}&language=en-US | anna"
    })
    void theKeyIsReadAsCamelReadsItInAnyOtherEndpoint(String options, String user) throws Exception {
        route("genai-live:gemini-3.8-live?operation=openSession&" + options);
        GenAiLiveEndpoint usual = context.getEndpoint("genai-live:gemini-3.8-live?sessionGroup=usual&"
                + options.replace("${header.user}", user), GenAiLiveEndpoint.class);

        assertThat(send(Map.of("user", user)).getException()).isNull();

        assertThat(sessions()).extracting(session -> session.address().key()).containsExactly(usual.defaultSessionKey());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\t" })
    void aBlankKeyIsRefusedLikeABlankHeader(String user) throws Exception {
        route("genai-live:${header.model}?sessionKey=${header.user}");

        Exchange sent = send(Map.of("user", user, "model", "gemini-3.8-live"));

        assertThat(sent.getException()).isInstanceOf(LiveInputException.class).hasMessageContaining("sessionKey");
        assertThat(sessions()).isEmpty();
    }

    @Test
    void aMissingUserIsRefusedToo() throws Exception {
        route("genai-live:gemini-3.8-live?sessionKey=${header.user}");

        assertThat(send(Map.of()).getException()).isInstanceOf(LiveInputException.class).hasMessageContaining("sessionKey");
        assertThat(sessions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "genai-live:gemini-3.8-live", "genai-live:${header.model}" })
    void theKeyOfTheUriCountsForThisExchangeOnlyAndLeavesNoTrace(String uri) throws Exception {
        route(uri + "?sessionGroup=g&response=none&sessionKey=${header.user}");

        Exchange sent = send(Map.of("user", "anna", "model", "gemini-3.8-live", GenAiLiveConstants.SESSION_KEY, "stranger"));

        assertThat(addresses()).containsExactly("g/anna");
        assertThat(sent.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY)).isEqualTo("stranger");
        assertThat(sent.getProperties().keySet()).noneMatch(name -> name.startsWith("CamelGenAiLive"));
    }

    @Test
    void theRoutesOwnKeyHoldsWhereSteeringHeadersAreIgnored() throws Exception {
        route("genai-live:gemini-3.8-live?sessionGroup=g&response=none&steeringHeaders=false&sessionKey=${header.user}");

        send(Map.of("user", "anna", GenAiLiveConstants.SESSION_KEY, "stranger"));

        assertThat(addresses()).containsExactly("g/anna");
    }

    @Test
    void aKeyThatTheRouteHasWrittenOutIsTheOptionThatAHeaderOverrides() throws Exception {
        route("genai-live:${header.model}?sessionGroup=g&response=none&sessionKey=fallback");

        send(Map.of("model", "gemini-3.8-live", GenAiLiveConstants.SESSION_KEY, "anna"));
        send(Map.of("model", "gemini-3.8-live"));

        assertThat(addresses()).containsExactly("g/anna", "g/fallback");
    }

    @Test
    void theHeaderNamesTheSessionWhereTheUriDoesNot() throws Exception {
        route("genai-live:${header.model}?sessionGroup=g&response=none");

        send(Map.of("model", "gemini-3.8-live", GenAiLiveConstants.SESSION_KEY, "anna"));
        send(Map.of("model", "gemini-3.8-live"));

        assertThat(addresses()).containsExactly("g/anna", "g/default");
    }

    // ---- as with any other endpoint

    @Test
    void optionsOfADynamicUriAreThoseOfTheSession() throws Exception {
        context = createContext();
        context.getPropertiesComponent().addInitialProperty("voice", "Kore");
        route("genai-live:${header.model}?sessionGroup=${header.tenant}&voice={{voice}}&language=en-US&response=turn"
                + "&systemInstruction=RAW(Say 100% & more)");

        Exchange sent = send(Map.of("model", "gemini-3.8-live", "tenant", "acme"));

        assertThat(sent.getException()).isNull();
        assertThat(addresses()).containsExactly("acme/default");
        var setup = connection(1).awaitSetup(PATIENCE);
        assertThat(setup.at("/model").asText()).isEqualTo("models/gemini-3.8-live");
        assertThat(setup.at("/generationConfig/speechConfig/voiceConfig/prebuiltVoiceConfig/voiceName").asText())
                .isEqualTo("Kore");
        assertThat(setup.at("/systemInstruction/parts/0/text").asText()).isEqualTo("Say 100% & more");
        assertThat(setup.has("outputAudioTranscription")).as("on with response=turn").isTrue();
    }

    @Test
    void twoModelsInOneGroupAreRefused() throws Exception {
        route("genai-live:${header.model}?sessionGroup=g&response=none");
        send(Map.of("model", "model-1"));

        Exchange sent = send(Map.of("model", "model-2"));

        assertThat(sent.getException()).isInstanceOf(ResolveEndpointFailedException.class)
                .hasMessageContaining("name different models, model-2 and model-1")
                .hasRootCauseInstanceOf(LiveInputException.class);
        assertThat(send(Map.of("model", "model-1")).getException()).as("the first goes on").isNull();
    }

    @Test
    void anOptionThatContradictsAnotherEndpointOfTheGroupIsRefused() throws Exception {
        context = createContext();
        context.getEndpoint("genai-live:gemini-3.8-live?sessionGroup=g&voice=Puck");
        route("genai-live:${header.model}?sessionGroup=g&voice=${header.voice}&response=none");

        Exchange contradiction = send(Map.of("model", "gemini-3.8-live", "voice", "Kore"));

        assertThat(contradiction.getException()).hasMessageContaining("voice=Kore against voice=Puck");
        assertThat(send(Map.of("model", "gemini-3.8-live", "voice", "Puck")).getException()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "genai-live:${header.model}?turnTimout=10s                     | Unknown option turnTimout. Accepted are: ",
        "genai-live:${header.model}?turnTimeout=soon                   | The option turnTimeout must be a duration such as",
        "genai-live:${header.model}?header.authorization=x             | would put a credential into the endpoint's URI",
        "genai-live:${header.model}?response=turn&                     | Trailing & marker found",
        "genai-live:${header.missing}?response=turn                    | The model is missing",
        "genai-live:${header.model}?outboxMaxMessages=0                | The option outboxMaxMessages must be"
    })
    void anInvalidUriSaysWhatIsWrongWithIt(String uri, String message) throws Exception {
        route(uri);

        Exchange sent = send(Map.of("model", "gemini-3.8-live"));

        assertThat(sent.getException()).hasStackTraceContaining(message);
        assertThat(component.profiles().size()).isZero();
    }

    @Test
    void theUriThatStandsForAllModelsIsNotOneToWrite() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").to("genai-live:*");
            }
        });

        assertThat(send(Map.of()).getException()).isInstanceOf(LiveInputException.class).hasMessageContaining("Name a model");
    }

    @Test
    void theExchangePatternOfADynamicUriHolds() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD("genai-live:${header.model}?sessionKey=${header.user}&exchangePattern=InOut");
            }
        });
        Exchange sent = template.send("direct:dynamic", ExchangePattern.InOnly, exchange -> {
            exchange.getMessage().setBody("hello");
            exchange.getMessage().setHeader("model", "gemini-3.8-live");
            exchange.getMessage().setHeader("user", "anna");
        });

        assertThat(sent.getMessage().getBody()).as("response=auto awaits the turn").isInstanceOf(
                dev.camelgenai.live.session.LiveTurn.class);
        assertThat(sent.getPattern()).isEqualTo(ExchangePattern.InOnly);
    }

    @Test
    void withoutDynamicPartsTheEndpointIsTheOneThatIsWritten() throws Exception {
        context = createContext();
        context.getPropertiesComponent().addInitialProperty("model", "gemini-3.8-live");
        route("genai-live:{{model}}?sessionKey=fixed&response=none");

        assertThat(send(Map.of()).getException()).isNull();

        assertThat(endpoints()).containsExactly("genai-live://gemini-3.8-live?response=none&sessionKey=fixed");
        assertThat(addresses()).containsExactly("gemini-3.8-live/fixed");
    }

    @Test
    void optimisationCanBeSwitchedOff() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD().uri("genai-live:${header.model}?response=none&sessionKey=${header.user}")
                        .allowOptimisedComponents(false);
            }
        });

        send(Map.of("model", "gemini-3.8-live", "user", "anna"));

        assertThat(endpoints()).containsExactly("genai-live://gemini-3.8-live?response=none&sessionKey=anna");
        assertThat(addresses()).containsExactly("gemini-3.8-live/anna");
    }

    @Test
    void withoutCacheEachExchangeHasAnEndpointOfItsOwnAndNoneIsLeft() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD("genai-live:gemini-3.8-live?response=turn&sessionKey=${header.user}", -1);
            }
        });
        send(Map.of("user", "anna"));

        List<Exchange> answers = sendAll(IntStream.range(0, 20).mapToObj(i -> Map.<String, Object>of("user", "anna")).toList());

        assertThat(answers).allSatisfy(answer -> assertThat(answer.getMessage().getBody(String.class)).isEqualTo("hello"));
        assertThat(endpoints()).isEmpty();
        sessions().forEach(LiveSession::close);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(component.profiles().size()).isZero());
    }

    @Test
    void anInterceptorSeesEachExchangeOnceAndMayUseSessionsOfItsOwn() throws Exception {
        Set<String> intercepted = new ConcurrentSkipListSet<>();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("genai-live:\\*").process(exchange -> assertThat(
                        intercepted.add(exchange.getMessage().getHeader("user", String.class))).isTrue())
                        .to("genai-live:gemini-3.8-live?sessionGroup=audit&response=none");
                from("direct:dynamic").toD("genai-live:${header.model}?sessionKey=${header.user}&response=none");
            }
        });

        Exchange sent = send(Map.of("model", "model-1", "user", "anna"));

        assertThat(sent.getException()).isNull();
        assertThat(intercepted).containsExactly("anna");
        assertThat(addresses()).containsExactly("audit/default", "model-1/anna");
    }

    // ---- the other dynamic patterns

    @Test
    void recipientListEnrichAndWireTapWork() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:recipients").recipientList(
                        simple("genai-live:${header.model}?sessionGroup=recipients&response=turn&sessionKey=${header.user}"));
                from("direct:enrich").enrich()
                        .simple("genai-live:${header.model}?sessionGroup=enrich&response=turn&sessionKey=${header.user}");
                from("direct:tap")
                        .wireTap("genai-live:${header.model}?sessionGroup=tap&response=turn&sessionKey=${header.user}");
            }
        });
        Map<String, Object> headers = Map.of("model", "gemini-3.8-live", "user", "anna");

        assertThat(send("direct:recipients", "hello", headers).getMessage().getBody(String.class)).isEqualTo("hello");
        assertThat(send("direct:enrich", "hello", headers).getMessage().getBody(String.class)).isEqualTo("hello");
        assertThat(send("direct:tap", "tapped", headers).getMessage().getBody()).isEqualTo("tapped");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(addresses()).containsExactly("enrich/anna", "recipients/anna", "tap/anna"));
    }

    @Test
    void anEndpointThatIsStoppedWhileAnotherRouteUsesItStaysUsable() throws Exception {
        String uri = "genai-live:gemini-3.8-live?sessionGroup=g&response=turn";
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").to(uri);
            }
        });

        // as Camel's caches do with an endpoint that one of them has had for too long
        context.getEndpoint(uri).stop();

        assertThat(send(Map.of()).getMessage().getBody(String.class)).isEqualTo("hello");
    }

    @Test
    void anEndpointThatIsStartedAgainIsAMemberOfItsGroupAgain() throws Exception {
        createContext();
        start();
        GenAiLiveEndpoint endpoint = context.getEndpoint("genai-live:gemini-3.8-live?sessionGroup=g&response=turn",
                GenAiLiveEndpoint.class);

        endpoint.stop();
        assertThat(component.profiles().size()).isZero();
        endpoint.start();

        assertThat(component.profiles().size()).isEqualTo(1);
        assertThat(template.requestBody(endpoint, "hello", String.class)).isEqualTo("hello");
    }
}
