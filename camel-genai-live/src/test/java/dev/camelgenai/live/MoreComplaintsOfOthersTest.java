package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.HistoryReplay;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static dev.camelgenai.live.LiveTalk.failure;
import static dev.camelgenai.live.LiveTalk.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The complaints of ranks 12, 14 to 19, 22 and 23; {@link ComplaintsOfOthersTest} has those before. */
@Timeout(60)
class MoreComplaintsOfOthersTest extends TalkTestSupport {

    // ---- 12

    /** An application with one tool, whose model waits for it, and whose user barges in. */
    private final class Barging {

        final CountDownLatch began = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        final DefaultCamelContext context = keep(new DefaultCamelContext());

        private Barging(String options) throws Exception {
            serve(ScriptedScenario.builder()
                    .whenText("both").then(answer -> answer
                            .callAll(List.of(ToolCall.of("work", Map.of()), ToolCall.of("other", Map.of()))).say("never"))
                    .whenText("work").then(answer -> answer.call("work", Map.of()).say("${result.output}"))
                    .otherwise(answer -> answer.say("${text}")).build());
            GenAiLiveConfiguration live = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
            live.setBaseUrl(service.wsUrl());
            live.setApiKey("key");
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("genai-live-tool:work?tags=t&description=Works&behavior=BLOCKING" + options).process(exchange -> {
                        boolean first = began.getCount() == 1;
                        began.countDown();
                        if (first) {
                            await(interrupted, goOn);
                        }
                        exchange.getMessage().setBody("worked");
                    });
                    from("genai-live-tool:other?tags=t&description=Works, too&behavior=BLOCKING").setBody(constant("done"));
                    from("direct:ask").to("genai-live:gemini-3.8-live?tags=t&response=turn").convertBodyTo(String.class);
                    from("direct:tell").to("genai-live:gemini-3.8-live?response=none");
                }
            });
            context.start();
        }

        private static void await(CompletableFuture<Boolean> interrupted, CountDownLatch goOn) {
            try {
                interrupted.complete(!goOn.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        }

        /** The user speaks while the model waits for the function. */
        void bargeInAt(String question) throws InterruptedException {
            context.createProducerTemplate().asyncSendBody("direct:ask", question);
            assertThat(began.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            context.createProducerTemplate().sendBody("direct:tell", "Never mind");
        }

        String ask(String question) {
            return context.createProducerTemplate().requestBody("direct:ask", question, String.class);
        }

        List<String> answered() {
            return connection(1).messages().stream().flatMap(message -> message.functionResponses().stream())
                    .map(RecordedMessage.FunctionResponse::id).toList();
        }
    }

    /** Others: a cancelled tool goes on as a zombie, and blocks all later calls. */
    @Test
    void complaint12_toolCancellationIsIgnored() throws Exception {
        Barging user = new Barging("&maxConcurrent=1");

        user.bargeInAt("work");

        assertThat(user.interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(user.ask("work again")).isEqualTo("worked");
        assertThat(user.answered()).hasSize(1).doesNotContain("function-call-1");
    }

    /** Others: the user's voice kills a booking half-way. */
    @Test
    void complaint12_sideEffectsAreCancelledByBargeIn() throws Exception {
        Barging user = new Barging("&cancellable=false");

        user.bargeInAt("work");
        assertThat(user.ask("Are you there?")).isEqualTo("Are you there?");
        user.goOn.countDown();

        assertThat(user.interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
        assertThat(user.ask("work again")).isEqualTo("worked");
        assertThat(user.answered()).hasSize(1).doesNotContain("function-call-1");
    }

    /** Others: of two calls at a time, one is answered after both were cancelled. */
    @Test
    void complaint12_ofParallelCallsOnlyThoseThatWereAnsweredBeforeHaveAnAnswer() throws Exception {
        Barging user = new Barging("");

        user.bargeInAt("both");

        assertThat(user.interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(user.ask("work again")).isEqualTo("worked");
        assertThat(user.answered()).doesNotContain("function-call-1").doesNotHaveDuplicates();
    }

    // ---- 14

    /** Others: a send to a socket that is gone is reported as a success. */
    @Test
    void complaint14_aSendIsReportedAsSuccessAlthoughTheSocketIsGone() throws Exception {
        HeldSockets sockets = keep(new HeldSockets());
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> {
            settings.options.setReconnect(false);
            settings.component.setConnector(sockets);
        });
        result(talk.note("arrives"));
        connection(1).awaitMessages(1, PATIENCE);
        sockets.holdOpenOnes();
        List<CompletableFuture<Exchange>> waiting = List.of(talk.note("a"), talk.note("b"), talk.note("c"));
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        connection(1).dropTcp().join();

        assertThat(waiting).allSatisfy(send -> assertThat(failure(send)).isInstanceOf(LiveSessionLostException.class));
        assertThat(service.sessions()).singleElement()
                .satisfies(session -> assertThat(session.texts()).containsExactly("arrives"));
    }

    /** Others: messages that are sent quickly arrive in another order. */
    @Test
    void complaint14_orderIsNotKept() throws Exception {
        int threads = 8;
        int each = 50;
        serve(Scenarios.echo());
        LiveTalk talk = talk(LiveTalk.Settings::withoutListeners);
        CyclicBarrier together = new CyclicBarrier(threads);
        ConcurrentLinkedQueue<CompletableFuture<Exchange>> sends = new ConcurrentLinkedQueue<>();

        List<CompletableFuture<Void>> senders = IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    awaitAll(together);
                    for (int i = 0; i < each; i++) {
                        sends.add(talk.note(thread + "-" + i));
                    }
                }, task -> new Thread(task, "sender-" + thread).start())).toList();
        senders.forEach(LiveTalk::result);
        sends.forEach(LiveTalk::result);

        connection(1).awaitMessages(threads * each, PATIENCE);
        List<String> texts = connection(1).texts();
        assertThat(texts).hasSize(threads * each);
        for (int thread = 0; thread < threads; thread++) {
            String prefix = thread + "-";
            assertThat(texts).filteredOn(text -> text.startsWith(prefix))
                    .containsExactlyElementsOf(IntStream.range(0, each).mapToObj(i -> prefix + i).toList());
        }
        assertThat(service.sessions()).hasSize(1);
    }

    private static void awaitAll(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- 15

    /** Others: the context is told again to a session that knows it, and the model greets the user twice. */
    @Test
    void complaint15_duplicatesAfterReconnect() throws Exception {
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> settings.options.setHistoryReplay(HistoryReplay.onFresh));
        talk.words("one");
        talk.awaitHandle(2);

        connection(1).dropTcp().join();

        assertThat(talk.awaitEvent("resumed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED, true);
        assertThat(talk.words("two")).isEqualTo("two");
        assertThat(connection(2).texts()).as("nothing but what is new").containsExactly("two");
        await().atMost(PATIENCE).until(() -> talk.spoken().endsWith("two"));
        assertThat(talk.spoken()).as("no answer twice").isEqualTo("onetwo");
    }

    /** The control: a session that starts afresh is told, once, and only if that is asked for. */
    @Test
    void complaint15_historyIsToldToFreshSessionsOnly() throws Exception {
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> settings.options.setHistoryReplay(HistoryReplay.onFresh));
        talk.words("one");
        talk.awaitHandle(2);
        service.faults().closeInsteadOfSetupComplete(1008, ServiceClose.ENTITY_NOT_FOUND.reason(), 1);

        connection(1).dropTcp().join();

        assertThat(talk.awaitEvent("resumed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED,
                false);
        result(talk.note("two"));
        assertThat(connection(3).awaitMessages(2, PATIENCE)).extracting(RecordedMessage::text)
                .as("what user and model said, joined").containsExactly("oneone", "two");
        assertThat(connection(3).messages().get(0).turnComplete()).as("asks for no answer").isFalse();

        LiveTalk forgetful = talk();
        forgetful.words("three");
        forgetful.awaitHandle(2);
        service.faults().closeInsteadOfSetupComplete(1008, ServiceClose.ENTITY_NOT_FOUND.reason(), 1);
        connection(4).dropTcp().join();
        forgetful.awaitEvent("resumed");
        result(forgetful.note("four"));
        assertThat(connection(6).awaitMessages(1, PATIENCE)).extracting(RecordedMessage::text).containsExactly("four");
    }

    // ---- 16

    /** Others: the connection breaks in mid-sentence, and the application waits for the end of the turn for ever. */
    @Test
    void complaint16_aDropInMidTurnLeavesTheApplicationWaiting() throws Exception {
        serve(Scenarios.echo());
        service.faults().arm(Fault.of(new Misbehaviour.Kill()).midTurn().times(1));
        LiveTalk talk = talk();

        GenAiLiveException failure = failure(talk.ask("a question"));

        assertThat(failure).isInstanceOf(LiveSessionLostException.class);
        assertThat(failure.isRetriable()).isTrue();
        talk.awaitEvent("resumed");
        assertThat(talk.messages().flatMap(message -> message.serverContent().stream())
                .filter(content -> content.turnComplete().orElse(false))).singleElement()
                .satisfies(end -> assertThat(end.interrupted()).contains(true));
        assertThat(kinds(talk)).as("the lost turn ends before another connection is told of").endsWith("end", "reconnecting",
                "resumed");
        assertThat(result(talk.ask("another")).outputTranscript()).isEqualTo("another");
        assertThat(connection(2).texts()).as("never silently asked again").containsExactly("another");
    }

    /** Events, and the ends of turns. */
    private static List<String> kinds(LiveTalk talk) {
        return talk.heard().stream().map(exchange -> {
            Object body = exchange.getMessage().getBody();
            return body instanceof LiveServerMessage message
                    ? message.serverContent().flatMap(LiveServerContent::turnComplete).map(end -> "end").orElse("")
                    : exchange.getMessage().getHeader(GenAiLiveConstants.EVENT, String.class);
        }).filter(kind -> !kind.isEmpty()).toList();
    }

    // ---- 17

    /** Others: who listens hears one turn, or one connection, and nothing after it. */
    @Test
    void complaint17_receiveStopsAfterTheFirstTurn() throws Exception {
        serve(Scenarios.echo());
        LiveTalk talk = talk();
        StringBuilder said = new StringBuilder();

        for (int connection = 1; connection <= 4; connection++) {
            for (int turn = 1; turn <= 3; turn++) {
                String words = connection + "." + turn + ";";
                said.append(words);
                assertThat(talk.words(words)).isEqualTo(words);
            }
            talk.awaitHandle(4 * connection);
            connection(connection).dropTcp().join();
            talk.awaitEvents("resumed", connection);
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(talk.spoken()).isEqualTo(said.toString()));
        List<Long> numbers = talk.heard().stream()
                .map(exchange -> exchange.getMessage().getHeader(GenAiLiveConstants.SEQUENCE_NUMBER, Long.class))
                .filter(number -> number != null).toList();
        assertThat(numbers).as("one session, without a gap")
                .containsExactlyElementsOf(Stream.iterate(1L, number -> number + 1).limit(numbers.size()).toList());
        assertThat(service.sessions()).hasSize(5);
        assertThat(service.sessions().stream().limit(4)).allSatisfy(session -> assertThat(session.texts()).hasSize(3));
    }

    // ---- 18

    /** Others: the service says nothing any more, the socket looks well, and there is no error. */
    @Test
    void complaint18_theSessionIsSilentWithoutAnyError() throws Exception {
        serve(Scenarios.silent());
        LiveTalk talk = talk(settings -> settings.options.setStallTimeout(300));

        GenAiLiveException failure = failure(talk.ask("anybody there?"));

        assertThat(failure).isInstanceOf(LiveSessionLostException.class).hasMessageContaining("stallTimeout=300ms");
        assertThat(failure.isRetriable()).isTrue();
        talk.awaitEvent("reconnecting");
        assertThat(talk.awaitEvent("resumed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED, true);
        connection(1).awaitClosed(PATIENCE);
        assertThat(connection(2).messages()).isEmpty();
    }

    /** The control: a user who says nothing is owed nothing. */
    @Test
    void complaint18_aSilentUserIsLeftInPeace() throws Exception {
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> {
            settings.options.setStallTimeout(100);
            settings.options.setPingInterval(20);
        });
        talk.words("one");
        result(talk.tell(new byte[640]));
        result(talk.note("and"));

        connection(1).awaitPings(connection(1).pingCount() + 30, PATIENCE);

        assertThat(service.sessions()).singleElement().satisfies(session -> assertThat(session.isOpen()).isTrue());
        assertThat(talk.words(" so on")).isEqualTo("and so on");
    }

    // ---- 19

    /** Others: a quota looks like a broken line (1006), or is asked for again for ever. */
    @Test
    void complaint19_quotaIsShownAs1006OrRetriedForEver() throws Exception {
        serve(Scenarios.echo());
        service.faults().refuseUpgrade(429, "Quota exceeded");
        LiveTalk talk = talk(settings -> {
            settings.options.setReconnectMaxDelay(40);
            settings.options.setReconnectMaxAttempts(4);
        });

        GenAiLiveException failure = failure(talk.ask("hello"));

        assertThat(failure).isInstanceOf(LiveRateLimitException.class).hasMessageContaining("429")
                .hasMessageContaining("Quota exceeded").hasMessageContaining("ask for more quota");
        assertThat(failure.isRetriable()).as("later").isTrue();
        assertThat(talk.awaitEvent("closed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.CLOSE_CODE, 429);
        assertThat(talk.events("reconnecting")).extracting(exchange -> exchange.getMessage()
                .getBody(SessionEvent.Reconnecting.class).delay().toMillis()).satisfiesExactly(
                        first -> assertThat(first).isBetween(5L, 10L), second -> assertThat(second).isBetween(10L, 20L),
                        third -> assertThat(third).isBetween(20L, 40L), last -> assertThat(last).isBetween(20L, 40L));
        await().atMost(PATIENCE).until(() -> talk.sessions().isEmpty());
        assertThat(service.counters().refused()).as("one and four more").isEqualTo(5);
    }

    /** The same in mid-session, where it comes as a close code that is otherwise a fault of the service. */
    @Test
    void complaint19_quotaInMidSessionIsToldAsSuch() throws Exception {
        serve(Scenarios.echo());
        service.faults().closeAfter(1, 1011, ServiceClose.RESOURCE_EXHAUSTED.reason(), 1);
        LiveTalk talk = talk();

        assertThat(failure(talk.ask("hello"))).isInstanceOf(LiveRateLimitException.class)
                .hasMessageContaining("ask for more quota");

        assertThat(talk.words("again")).isEqualTo("again");
        assertThat(connection(2).texts()).containsExactly("again");
    }

    // ---- 22

    /** Others: resume with a handle that the service does not take, again and again. */
    @Test
    void complaint22_resumptionFailsOnTheServerSide_theHandleIsRefused() throws Exception {
        serve(Scenarios.echo());
        LiveTalk talk = talk();
        talk.words("one");
        String handle = talk.awaitHandle(2);
        service.faults().closeInsteadOfSetupComplete(1008, ServiceClose.ENTITY_NOT_FOUND.reason(), 1);

        connection(1).dropTcp().join();

        assertThat(talk.awaitEvent("resumed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED,
                false);
        assertThat(handleOf(2)).isEqualTo(handle);
        assertThat(handleOf(3)).as("once more, afresh").isEmpty();
        assertThat(talk.words("two")).isEqualTo("two");
        assertThat(service.sessions()).hasSize(3);
    }

    /** Others: the old socket is open, and the conversation is given up; or the attempts never end. */
    @Test
    void complaint22_resumptionFailsOnTheServerSide_theOldSocketIsOpen() throws Exception {
        serve(Scenarios.assistant());
        Set<String> saved = ConcurrentHashMap.newKeySet();
        MemoryStateRepository handles = new MemoryStateRepository() {
            @Override
            public void setState(String key, String handle) {
                super.setState(key, handle);
                saved.add(handle);
            }
        };
        handles.start();
        LiveTalk before = talk(settings -> settings.options.setResumptionRepository(handles));
        before.words("Hi, my name is Ada.");
        String handle = before.awaitHandle(2);
        await().atMost(PATIENCE).until(() -> saved.contains(handle));
        LiveTalk after = talk(settings -> {
            settings.options.setResumptionRepository(handles);
            settings.options.setReconnectMaxAttempts(2);
        });

        GenAiLiveException failure = failure(after.ask("What is my name?"));

        assertThat(failure).hasMessageContaining("1011").hasMessageContaining("still open");
        assertThat(failure.isRetriable()).isTrue();
        await().atMost(PATIENCE).until(() -> after.sessions().isEmpty());
        assertThat(service.sessions()).as("the one that has it, and three attempts").hasSize(4);
        assertThat(List.of(handleOf(2), handleOf(3), handleOf(4))).containsOnly(handle);

        before.close();

        assertThat(after.words("What is my name?")).isEqualTo("Your name is Ada.");
        assertThat(handleOf(5)).isEqualTo(handle);
    }

    // ---- 23

    /** Others: sockets and threads of attempts that failed stay. */
    @Test
    void complaint23_leaksOfSocketsAndThreads() throws Exception {
        Set<Thread> threadsBefore = threads();
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> {
            settings.options.setReconnect(false);
            settings.options.setSetupTimeout(50);
        });
        List<Fault> ways = List.of(Fault.of(new Misbehaviour.Refuse(503, "down")),
                Fault.of(new Misbehaviour.Close(ServiceClose.INVALID_ARGUMENT)).atSetup(),
                Fault.of(new Misbehaviour.Kill()).atSetup(), Fault.of(new Misbehaviour.Silence()).atSetup(),
                Fault.of(new Misbehaviour.Kill()).afterMessages(0), Fault.of(new Misbehaviour.Kill()).midTurn());

        for (Fault way : ways) {
            service.faults().clear().arm(way);
            List<CompletableFuture<LiveTurn>> asks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                asks.add(talk.ask("hello", way.spec() + i));
            }
            assertThat(asks).allSatisfy(ask -> failure(ask));
        }

        assertThat(service.sessions()).as("all but the refused ones").hasSize(5 * (ways.size() - 1))
                .allSatisfy(session -> session.awaitClosed(PATIENCE));
        await().atMost(PATIENCE).until(() -> service.counters().openSockets() == 0 && service.counters().openSessions() == 0);
        await().atMost(PATIENCE).until(() -> talk.sessions().isEmpty());
        service.faults().clear();
        assertThat(talk.words("hello")).isEqualTo("hello");
        assertThat(threads()).hasSizeGreaterThan(threadsBefore.size());

        talk.close();

        await().atMost(PATIENCE).until(() -> service.counters().openSockets() == 0);
        await().atMost(PATIENCE).until(() -> threadsBefore.containsAll(threads()));
        assertThat(connection(5 * (ways.size() - 1) + 1).clientClose()).isPresent();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("genai-live-io") || thread.getName().contains("GenAiLive"))
                .collect(Collectors.toSet());
    }
}
