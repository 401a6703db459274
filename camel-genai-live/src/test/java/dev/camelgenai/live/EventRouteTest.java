package dev.camelgenai.live;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.GroundingMetadata;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.LiveServerSetupComplete;
import com.google.genai.types.UsageMetadata;
import com.google.genai.types.VoiceActivity;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.protocol.BuiltMessages;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.LaneBounds;
import dev.camelgenai.live.session.LaneOverflow;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.LiveTurnStream;
import dev.camelgenai.live.session.ReceivedMessage;
import dev.camelgenai.live.session.SessionConsumer;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** {@code deliver=event}, {@code events} and {@code LiveEvents.of}. */
@Timeout(60)
class EventRouteTest extends SilentServiceSupport {

    private static final String MODEL = "genai-live:gemini-3.8-live";
    private static final String ALL = Arrays.stream(ServerEvent.Kind.values()).map(Enum::name)
            .collect(Collectors.joining(","));
    private static final String EVERYTHING = """
            {"serverContent": {"interrupted": true, "generationComplete": true, "turnComplete": true,
              "turnCompleteReason": "NEED_MORE_INPUT", "inputTranscription": {"text": "heard"},
              "outputTranscription": {"text": "said"}, "groundingMetadata": {"webSearchQueries": ["q"]},
              "modelTurn": {"parts": [{"text": "hm", "thought": true}, {"text": "written"},
                {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AQIDBA=="}},
                {"inlineData": {"mimeType": "image/png", "data": "BQY="}}]}},
             "usageMetadata": {"totalTokenCount": 30, "promptTokenCount": 10, "responseTokenCount": 20}}""";
    private static final String AUDIO = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":"
            + "{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AQIDBA==\"}}]}}}";
    private static final String TOOL_CALL = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"clock\",\"args\":{}},"
            + "{\"id\":\"c2\",\"name\":\"map\",\"args\":{}}]}}";
    private static final String CANCELLATION = "{\"toolCallCancellation\":{\"ids\":[\"c1\",\"c2\"]}}";
    private static final String RESUMPTION = "{\"sessionResumptionUpdate\":{\"newHandle\":\"h\",\"resumable\":true}}";
    private static final String VOICE = "{\"voiceActivity\":{\"type\":\"ACTIVITY_START\"}}";
    private static final String GO_AWAY = "{\"goAway\":{\"timeLeft\":\"9.500s\"}}";

    /** What a route saw. */
    private record Seen(String kind, Object body, Map<String, Object> headers) {

        static Seen of(Exchange exchange) {
            Message message = exchange.getMessage();
            Map<String, Object> headers = new TreeMap<>(message.getHeaders());
            headers.keySet().removeIf(name -> !name.startsWith("CamelGenAiLive"));
            return new Seen(message.getHeader(GenAiLiveConstants.EVENT, String.class), message.getBody(), headers);
        }

        Object header(String name) {
            return headers.get(name);
        }

        /** With a body that can be compared. */
        String told() {
            return kind + " " + (body instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : body) + " " + headers;
        }
    }

    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    private static Processor into(List<Seen> target) {
        return exchange -> target.add(Seen.of(exchange));
    }

    private void consumes(String options) throws Exception {
        context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().setReconnect(false);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?" + options).routeId("consumer").process(into(seen));
                from("direct:open").to(MODEL + "?operation=openSession");
            }
        });
    }

    private RecordedSession open() {
        template.requestBody("direct:open", "");
        return session();
    }

    /** Each when the routes have seen the one before: interruptions and cancellations overtake what waits. */
    private void sendOneByOne(RecordedSession session, List<List<Seen>> routes, String... messages) {
        long number = 1;
        for (String message : messages) {
            awaitMessage(routes, number++);
            send(session, message);
        }
        awaitMessage(routes, number);
    }

    private static void awaitMessage(List<List<Seen>> routes, long number) {
        await().atMost(PATIENCE).until(() -> routes.stream().allMatch(route -> route.stream()
                .anyMatch(each -> Long.valueOf(number).equals(each.header(GenAiLiveConstants.SEQUENCE_NUMBER)))));
    }

    private List<String> kinds() {
        return seen.stream().map(Seen::kind).toList();
    }

    private void awaitSeen(String... kinds) {
        await().atMost(PATIENCE).until(() -> seen.size() >= kinds.length);
        assertThat(kinds()).containsExactly(kinds);
    }

    private Seen one(String kind) {
        return seen.stream().filter(each -> kind.equals(each.kind())).findFirst().orElseThrow();
    }

    /** A route that does to its body what it likes. */
    private void overwrites(Exchange exchange) {
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        seen.add(new Seen("audio", bytes.clone(), Map.of()));
        Arrays.fill(bytes, (byte) 0);
    }

    @Test
    void routesThatHearTheSameAudioHaveBytesOfTheirOwn() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?deliver=event&events=audio").routeId("consumer").process(EventRouteTest.this::overwrites);
                from(MODEL + "?deliver=event&events=audio&laneMaxMessages=7").process(EventRouteTest.this::overwrites);
                from("direct:open").to(MODEL + "?operation=openSession");
            }
        });
        RecordedSession session = open();

        for (int i = 1; i <= 50; i++) {
            session.send(AUDIO).join();
            int both = 2 * i;
            await().until(() -> seen.size() == both);
        }

        assertThat(seen).allSatisfy(each -> assertThat((byte[]) each.body()).containsExactly(1, 2, 3, 4));
    }

    @Test
    void aRouteAndWhoeverReadsTheTurnHaveBytesOfTheirOwn() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?deliver=event&events=audio").routeId("consumer").process(EventRouteTest.this::overwrites);
                from("direct:open").to(MODEL + "?operation=openSession");
                from("direct:ask").to(MODEL + "?response=stream");
            }
        });
        RecordedSession session = open();
        LiveTurnStream turn = template.requestBody("direct:ask", "Speak", LiveTurnStream.class);

        session.send(AUDIO).join();
        await().until(() -> seen.size() == 1);

        ServerEvent.Audio heard = (ServerEvent.Audio) turn.nextMessage().events().get(0);
        assertThat(heard.data().decode()).containsExactly(1, 2, 3, 4);
        turn.close();
    }

    @Test
    void everyEventOfAMessageIsAnExchangeInOrderWithItsOwnBodyAndHeaders() throws Exception {
        consumes("deliver=event");
        RecordedSession session = open();
        sendOneByOne(session, List.of(seen), VOICE, EVERYTHING, TOOL_CALL, CANCELLATION, RESUMPTION, GO_AWAY);

        await().atMost(PATIENCE).until(() -> kinds().contains("goAway")
                && seen.stream().filter(each -> "turnTranscript".equals(each.kind())).count() == 2);
        assertThat(kinds().stream().filter(kind -> !kind.equals("turnTranscript")).toList()).containsExactly("setupComplete",
                "voiceActivity", "interrupted", "inputTranscript", "thought", "text", "audio", "video", "outputTranscript",
                "grounding", "usage", "generationComplete", "turnComplete", "toolCall", "toolCall", "toolCallCancellation",
                "toolCallCancellation", "resumptionUpdate", "goAway");
        assertThat(seen).allSatisfy(each -> assertThat(each.header(GenAiLiveConstants.SESSION_KEY)).isEqualTo("default"));
        assertThat(one("setupComplete").body()).isInstanceOf(LiveServerSetupComplete.class);
        assertThat(one("setupComplete").headers()).containsEntry(GenAiLiveConstants.SEQUENCE_NUMBER, 1L)
                .doesNotContainKey(GenAiLiveConstants.TURN_ID);
        assertThat(one("voiceActivity").body()).isInstanceOf(VoiceActivity.class);
        assertThat(one("interrupted").body()).isNull();
        assertThat(one("interrupted").headers()).containsEntry(GenAiLiveConstants.INTERRUPTED, true)
                .containsEntry(GenAiLiveConstants.SEQUENCE_NUMBER, 3L).containsEntry(GenAiLiveConstants.TURN_ID, 1L);
        assertThat(one("inputTranscript").body()).isEqualTo("heard");
        assertThat(one("thought").body()).isEqualTo("hm");
        assertThat(one("text").body()).isEqualTo("written");
        assertThat(one("text").headers()).containsOnlyKeys(GenAiLiveConstants.SESSION_KEY, GenAiLiveConstants.SEQUENCE_NUMBER,
                GenAiLiveConstants.TURN_ID, GenAiLiveConstants.EVENT);
        assertThat(one("audio").body()).isEqualTo(new byte[]{ 1, 2, 3, 4 });
        assertThat(one("audio").header(GenAiLiveConstants.MIME_TYPE)).isEqualTo("audio/pcm;rate=24000");
        assertThat(one("video").body()).isEqualTo(new byte[]{ 5, 6 });
        assertThat(one("video").header(GenAiLiveConstants.MIME_TYPE)).isEqualTo("image/png");
        assertThat(one("outputTranscript").body()).isEqualTo("said");
        assertThat(one("grounding").body()).isInstanceOf(GroundingMetadata.class);
        assertThat(one("usage").body()).isInstanceOf(UsageMetadata.class);
        assertThat(one("usage").headers()).containsEntry(GenAiLiveConstants.TOTAL_TOKENS, 30)
                .containsEntry(GenAiLiveConstants.INPUT_TOKENS, 10).containsEntry(GenAiLiveConstants.OUTPUT_TOKENS, 20);
        assertThat(one("generationComplete").headers()).containsEntry(GenAiLiveConstants.GENERATION_COMPLETE, true);
        assertThat(one("turnComplete").body()).isEqualTo("NEED_MORE_INPUT");
        assertThat(one("turnComplete").headers()).containsEntry(GenAiLiveConstants.TURN_COMPLETE, true)
                .doesNotContainKey(GenAiLiveConstants.TOTAL_TOKENS);
        assertThat(one("toolCall").body()).isInstanceOf(FunctionCall.class);
        assertThat(one("toolCall").headers()).containsEntry(GenAiLiveConstants.TOOL_CALL_ID, "c1")
                .containsEntry(GenAiLiveConstants.TOOL_NAME, "clock");
        assertThat(one("toolCallCancellation").body()).isEqualTo("c1");
        assertThat(one("toolCallCancellation").header(GenAiLiveConstants.TOOL_CALL_ID)).isEqualTo("c1");
        assertThat(one("resumptionUpdate").body()).isInstanceOf(LiveServerSessionResumptionUpdate.class);
        assertThat(one("goAway").body()).isEqualTo(Duration.ofMillis(9_500));
        assertThat(one("goAway").header(GenAiLiveConstants.TIME_LEFT)).isEqualTo(9_500L);
        assertThat(seen.stream().filter(each -> "turnTranscript".equals(each.kind()))
                .map(each -> each.header(GenAiLiveConstants.ROLE) + ": " + each.body()))
                .containsExactlyInAnyOrder("user: heard", "model: said");
    }

    @Test
    void onlyTheEventsAskedForBecomeExchanges() throws Exception {
        consumes("deliver=event&events=text, turnComplete");
        RecordedSession session = open();

        send(session, text("one"), audio(), spoken("words"), text("two"), TURN_COMPLETE);

        awaitSeen("text", "text", "turnComplete");
    }

    @Test
    void aMessageWithOneOfTheEventsIsDeliveredWhole() throws Exception {
        List<LiveServerMessage> messages = new CopyOnWriteArrayList<>();
        consumes("events=goAway");
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?events=audio,usage")
                        .process(exchange -> messages.add(exchange.getMessage().getBody(LiveServerMessage.class)));
            }
        });
        RecordedSession session = open();

        send(session, text("one"), EVERYTHING, spoken("words"), audio(), GO_AWAY);

        await().atMost(PATIENCE).until(() -> messages.size() == 2 && seen.size() == 1);
        assertThat(messages.get(0).serverContent().orElseThrow().modelTurn().orElseThrow().parts().orElseThrow()).hasSize(4);
        assertThat(messages.get(0).usageMetadata()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({ "deliver=event, speech", "deliver=message, Text" })
    void anEventThatDoesNotExistIsRefusedAtTheStartWithThoseThatDo(String deliver, String wrong) {
        assertThatThrownBy(() -> consumes(deliver + "&events=audio," + wrong)).hasStackTraceContaining("The option events")
                .hasStackTraceContaining("toolCallCancellation").hasStackTraceContaining("audio," + wrong);
    }

    @Test
    void theNextEventWaitsUntilTheRouteIsDoneWithTheOneBefore() throws Exception {
        Queue<AsyncCallback> open = new ConcurrentLinkedQueue<>();
        context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().setReconnect(false);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?deliver=event&events=text,turnComplete").routeId("consumer")
                        .process(new AsyncProcessorSupport() {
                            @Override
                            public boolean process(Exchange exchange, AsyncCallback callback) {
                                seen.add(Seen.of(exchange));
                                open.add(callback);
                                return false;
                            }
                        });
                from("direct:open").to(MODEL + "?operation=openSession");
            }
        });
        RecordedSession session = open();
        GenAiLiveConsumer consumer = (GenAiLiveConsumer) context.getRoute("consumer").getConsumer();

        send(session, content("\"turnComplete\":true,\"modelTurn\":{\"parts\":[{\"text\":\"one\"},{\"text\":\"two\"}]}"),
                text("three"));
        await().atMost(PATIENCE).until(() -> consumer.pendingMessages() == 1 && !open.isEmpty());
        for (int i = 1; i <= 4; i++) {
            int number = i;
            await().atMost(PATIENCE).until(() -> open.size() == 1);
            assertThat(seen).as("one at a time").hasSize(number);
            open.poll().done(false);
        }

        assertThat(seen.stream().map(Seen::body)).containsExactly("one", "two", null, "three");
    }

    /** Where the route is done at once with each event, a long row of them must not become a deep stack. */
    @Test
    void aMessageMayHaveVeryManyEvents() throws Exception {
        consumes("deliver=event&events=text");
        RecordedSession session = open();
        StringBuilder parts = new StringBuilder("{\"text\":\"0\"}");
        for (int i = 1; i < 10_000; i++) {
            parts.append(",{\"text\":\"").append(i).append("\"}");
        }

        send(session, content("\"modelTurn\":{\"parts\":[" + parts + "]}"));

        await().atMost(PATIENCE).until(() -> seen.size() == 10_000);
        assertThat(seen.get(9_999).body()).isEqualTo("9999");
    }

    @Test
    void aSplitWithLiveEventsGivesTheSameExchangesInJavaAndInYaml() throws Exception {
        List<Seen> java = new CopyOnWriteArrayList<>();
        List<Seen> yaml = new CopyOnWriteArrayList<>();
        consumes("deliver=event&events=" + ALL);
        context.getRegistry().bind("yamlSeen", into(yaml));
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?events=" + ALL).setHeader("own", constant("kept"))
                        .split(method(LiveEvents.class, "of"))
                        .process(exchange -> assertThat(exchange.getMessage().getHeader("own")).isEqualTo("kept"))
                        .process(into(java)).end();
            }
        });
        yaml("""
                - route:
                    from:
                      uri: genai-live:gemini-3.8-live
                      parameters:
                        events: %s
                        laneMaxMessages: 255
                      steps:
                        - split:
                            method:
                              beanType: dev.camelgenai.live.LiveEvents
                              method: of
                            steps:
                              - process:
                                  ref: yamlSeen
                """.formatted(ALL));
        RecordedSession session = open();
        sendOneByOne(session, List.of(seen, java, yaml), VOICE, heard("hello"), audio(), EVERYTHING, TOOL_CALL, CANCELLATION,
                RESUMPTION, GO_AWAY);
        await().atMost(PATIENCE)
                .until(() -> seen.stream().anyMatch(each -> "model".equals(each.header(GenAiLiveConstants.ROLE))));
        session.close(1000, "bye").join();

        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> events = seen.stream().map(Seen::told).toList();
            assertThat(events).hasSizeGreaterThan(20);
            assertThat(java.stream().map(Seen::told)).containsExactlyElementsOf(events);
            assertThat(yaml.stream().map(Seen::told)).containsExactlyElementsOf(events);
        });
    }

    // ---- LiveEvents.of elsewhere

    private void splits() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:split").split(method(LiveEvents.class, "of")).process(into(seen)).end();
            }
        });
    }

    @Test
    void liveEventsTakesAMessageFromElsewhere() throws Exception {
        splits();

        template.sendBody("direct:split", LiveServerMessage.fromJson(EVERYTHING));

        assertThat(kinds()).containsExactly("interrupted", "inputTranscript", "thought", "text", "audio", "video",
                "outputTranscript", "grounding", "usage", "generationComplete", "turnComplete");
    }

    @Test
    void liveEventsRefusesWhatIsNoMessage() throws Exception {
        splits();

        assertThatThrownBy(() -> template.sendBody("direct:split", "{\"setupComplete\":{}}"))
                .hasStackTraceContaining("LiveEvents.of takes").hasStackTraceContaining("java.lang.String");
        assertThatThrownBy(() -> template.sendBody("direct:split", (Object) null)).hasStackTraceContaining("here it is empty");
    }

    @Test
    void liveEventsTellsWhatTheBodyIsNowAndNotWhatCame() throws Exception {
        context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().setReconnect(false);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?events=text").setBody(constant(LiveServerMessage.fromJson(TURN_COMPLETE)))
                        .split(method(LiveEvents.class, "of")).process(into(seen)).end();
                from("direct:open").to(MODEL + "?operation=openSession");
            }
        });

        send(open(), text("one"));

        awaitSeen("turnComplete");
    }

    /** Exchanges that are used again must not remember the message before. */
    @Test
    void whatAnExchangeKnewOfItsMessageIsForgottenWithIt() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().setReconnect(false);
        List<Object> exchanges = new CopyOnWriteArrayList<>();
        List<Boolean> remembered = new CopyOnWriteArrayList<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL + "?events=text&sessionEvents=closed").process(exchange -> {
                    remembered.add(OpenDelivery.received(exchange) != null);
                    exchanges.add(System.identityHashCode(exchange));
                });
                from("direct:open").to(MODEL + "?operation=openSession");
            }
        });
        RecordedSession session = open();

        send(session, text("one"));
        await().atMost(PATIENCE).until(() -> exchanges.size() == 1);
        session.close(1011, "over").join();

        await().atMost(PATIENCE).until(() -> exchanges.size() == 2);
        assertThat(exchanges.get(0)).as("the same exchange").isEqualTo(exchanges.get(1));
        assertThat(remembered).containsExactly(true, false);
    }

    // ---- transcripts of turns

    private List<String> transcripts() {
        return seen.stream().map(each -> each.header(GenAiLiveConstants.TURN_ID) + " " + each.header(GenAiLiveConstants.ROLE)
                + ": " + each.body()).toList();
    }

    private void awaitTranscripts(String... expected) {
        await().atMost(PATIENCE).until(() -> seen.size() >= expected.length);
        assertThat(transcripts()).containsExactly(expected);
    }

    private static String heard(String words) {
        return content("\"inputTranscription\":{\"text\":\"" + words + "\"}");
    }

    @Test
    void eachSpeakerHasOneTranscriptPerTurnLateWordsIncluded() throws Exception {
        consumes("deliver=event&events=turnTranscript");
        RecordedSession session = open();

        send(session, heard("How "), heard("are you?"), audio(), spoken("Fine, "), TURN_COMPLETE, spoken("thanks."));

        awaitTranscripts("1 user: How are you?", "1 model: Fine, thanks.");
    }

    @Test
    void wordsThatAllComeAfterTheTurnHaveATranscriptToo() throws Exception {
        consumes("deliver=event&events=turnTranscript");
        RecordedSession session = open();

        send(session, audio(), TURN_COMPLETE, spoken("Fine."));

        awaitTranscripts("1 model: Fine.");
    }

    @Test
    void twoTurnsInARowHaveTheirOwnTranscripts() throws Exception {
        consumes("deliver=event&events=turnTranscript");
        RecordedSession session = open();

        send(session, heard("one?"), audio(), spoken("one"), TURN_COMPLETE, heard("two?"), audio(), spoken("two"),
                TURN_COMPLETE);

        awaitTranscripts("1 user: one?", "1 model: one", "2 user: two?", "2 model: two");
    }

    @Test
    void wordsThatInterruptTheModelBelongToTheTurnThatTheyBegin() throws Exception {
        consumes("deliver=event&events=turnTranscript");
        RecordedSession session = open();

        send(session, heard("A story!"), audio(), spoken("Once"), heard("Stop!"), content("\"interrupted\":true"),
                TURN_COMPLETE,
                audio(), spoken("Sorry."), TURN_COMPLETE);

        awaitTranscripts("1 user: A story!", "1 model: Once", "2 user: Stop!", "2 model: Sorry.");
    }

    @Test
    void aTurnThatIsLostWithItsConnectionHasATranscriptOfWhatCame() throws Exception {
        consumes("deliver=event&events=turnTranscript");
        RecordedSession session = open();
        send(session, heard("Hello"), audio(), spoken("Hel"));

        session.dropTcp();

        awaitTranscripts("1 user: Hello", "1 model: Hel");
    }

    @Test
    void theEndOfTheSessionDoesNotCostTheWordsOfTheLastTurn() throws Exception {
        consumes("deliver=event&events=turnTranscript");
        RecordedSession session = open();
        send(session, audio(), spoken("Bye."), TURN_COMPLETE);

        session.close(1000, "").join();

        awaitTranscripts("1 model: Bye.");
    }

    @Test
    void aRouteOfWholeMessagesGetsTranscriptsThatComeAloneOnlyWhereItAsksForThem() throws Exception {
        List<LiveServerMessage> all = new CopyOnWriteArrayList<>();
        consumes("events=turnTranscript");
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from(MODEL).process(exchange -> all.add(exchange.getMessage().getBody(LiveServerMessage.class)));
            }
        });
        RecordedSession session = open();

        send(session, spoken("Fine."), TURN_COMPLETE);

        await().atMost(PATIENCE).until(() -> seen.size() == 1);
        assertThat(seen.get(0).body()).isEqualTo(LiveServerMessage.builder().build());
        send(session, text("next"));
        await().atMost(PATIENCE).until(() -> all.size() >= 4);
        assertThat(all).as("setupComplete and the messages sent").hasSize(4);
    }

    // ---- what it costs

    private Queue<ServerMessage> overhear() {
        Queue<ServerMessage> messages = new ConcurrentLinkedQueue<>();
        context.getComponent("genai-live", GenAiLiveComponent.class).sessions().subscribe("gemini-3.8-live", null,
                new SessionConsumer() {
                    @Override
                    public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
                        messages.add(received.message());
                        done.run();
                    }

                    @Override
                    public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
                        done.run();
                    }
                }, new LaneBounds(256, Duration.ofSeconds(30), LaneOverflow.pause, true));
        return messages;
    }

    @Test
    void soundAndWordsAreDeliveredWithoutBuildingGooglesMessage() throws Exception {
        consumes("deliver=event&events=audio,text,inputTranscript,outputTranscript,turnTranscript");
        Queue<ServerMessage> messages = overhear();
        RecordedSession session = open();

        send(session, heard("hello"), audio(), text("written"), spoken("said"), TURN_COMPLETE);

        awaitSeen("inputTranscript", "audio", "text", "outputTranscript", "turnTranscript", "turnTranscript");
        await().atMost(PATIENCE).until(() -> messages.size() >= 6);
        assertThat(messages).filteredOn(message -> message != ServerMessage.nothing()).hasSize(6)
                .noneMatch(BuiltMessages::isBuilt);
    }

    @Test
    void wholeMessagesAreBuiltForTheRouteThatGetsThem() throws Exception {
        consumes("events=audio");
        Queue<ServerMessage> messages = overhear();

        send(open(), heard("hello"), audio());

        await().atMost(PATIENCE).until(() -> seen.size() == 1 && messages.size() == 3);
        assertThat(messages.stream().map(BuiltMessages::isBuilt)).containsExactly(false, false, true);
    }
}
