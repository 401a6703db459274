package dev.camelgenai.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.SendOutcome;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.StateRepository;
import org.apache.camel.support.processor.state.FileStateRepository;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A conversation that outlives the Camel context, or goes on in another one: the handle is in the resumptionRepository. */
@Timeout(60)
class ResumptionAcrossContextsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.assistant()));

    @TempDir
    private Path directory;

    private final List<CamelContext> contexts = new ArrayList<>();
    private final Queue<Boolean> restored = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stopContexts() {
        contexts.forEach(CamelContext::stop);
    }

    private StateRepository<String, String> file() {
        return FileStateRepository.fileStateRepository(directory.resolve("handles.txt").toFile());
    }

    private CamelContext start(StateRepository<String, String> repository) throws Exception {
        CamelContext context = new DefaultCamelContext();
        contexts.add(context);
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        options.setResumptionRepository(repository);
        options.setReconnectInitialDelay(10);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn").convertBodyTo(String.class);
                from("direct:close").to("genai-live:gemini-3.8-live?operation=closeSession");
                from("direct:release").to("genai-live:gemini-3.8-live?operation=releaseSession");
                from("genai-live:gemini-3.8-live?sessionEvents=resumed")
                        .filter(header(GenAiLiveConstants.EVENT).isEqualTo("resumed"))
                        .process(exchange -> restored
                                .add(exchange.getMessage().getHeader(GenAiLiveConstants.STATE_RESTORED, Boolean.class)));
            }
        });
        context.start();
        return context;
    }

    private static String ask(CamelContext context, String key, String question) {
        return context.createProducerTemplate().requestBodyAndHeader("direct:ask", question, GenAiLiveConstants.SESSION_KEY,
                key,
                String.class);
    }

    /** As being idle does: the conversation is not over. */
    private static void endSessions(CamelContext context) throws Exception {
        context.getComponent("genai-live", GenAiLiveComponent.class).sessions().closeGroup("gemini-3.8-live")
                .toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String handleOf(int connection) {
        RecordedSession session = EMULATOR.get().awaitSessions(connection, PATIENCE).get(connection - 1);
        return session.awaitSetup(PATIENCE).at("/sessionResumption/handle").asText();
    }

    @Test
    void givenAFile_whenTheContextIsStoppedAndAnotherStarted_thenTheConversationGoesOn() throws Exception {
        CamelContext before = start(file());
        ask(before, "ada", "My name is Ada");
        ask(before, "bert", "My name is Bert");
        before.stop();

        CamelContext after = start(file());

        assertThat(ask(after, "ada", "What is my name?")).contains("Ada");
        assertThat(ask(after, "bert", "What is my name?")).contains("Bert");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(restored).containsExactly(true, true));
        assertThat(handleOf(1)).isEmpty();
        assertThat(handleOf(3)).isNotEmpty().isNotEqualTo(handleOf(4));
    }

    @Test
    void givenNoSharedRepository_whenAnotherContextAsks_thenTheModelKnowsNothing() throws Exception {
        CamelContext one = start(null);
        ask(one, "ada", "My name is Ada");
        endSessions(one);

        CamelContext other = start(null);

        assertThat(ask(other, "ada", "What is my name?")).doesNotContain("Ada");
        assertThat(handleOf(2)).isEmpty();
    }

    @Test
    void givenTwoContextsAtATime_whenTheConversationMovesBetweenThem_thenEachGoesOnWhereTheOtherHasStopped() throws Exception {
        StateRepository<String, String> shared = new MemoryStateRepository();
        CamelContext one = start(shared);
        CamelContext other = start(shared);
        ask(one, "ada", "My name is Ada");
        endSessions(one);

        assertThat(ask(other, "ada", "What is my name?")).contains("Ada");
        ask(other, "ada", "My name is Grace");
        endSessions(other);

        assertThat(ask(one, "ada", "What is my name?")).as("of the latest handle").contains("Grace");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(restored).containsExactly(true, true));
    }

    @Test
    void givenAConversationThatWasClosed_whenAnotherContextAsks_thenItIsAnotherConversation() throws Exception {
        StateRepository<String, String> shared = new MemoryStateRepository();
        CamelContext one = start(shared);
        CamelContext other = start(shared);
        ask(one, "ada", "My name is Ada");
        one.createProducerTemplate().sendBodyAndHeader("direct:close", "", GenAiLiveConstants.SESSION_KEY, "ada");

        assertThat(ask(other, "ada", "What is my name?")).doesNotContain("Ada");
        assertThat(handleOf(2)).isEmpty();
        assertThat(restored).isEmpty();
    }

    private static void release(CamelContext context, String key) {
        context.createProducerTemplate().sendBodyAndHeader("direct:release", null, GenAiLiveConstants.SESSION_KEY, key);
    }

    @Test
    void givenASessionThatWasReleased_whenItIsUsedAgain_thenTheConversationGoesOn() throws Exception {
        CamelContext context = start(null);
        ask(context, "ada", "My name is Ada");

        release(context, "ada");

        EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitClosed(PATIENCE);
        assertThat(ask(context, "ada", "What is my name?")).contains("Ada");
        assertThat(handleOf(2)).isNotEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(restored).containsExactly(true));
    }

    @Test
    void givenASessionThatWasReleased_whenAnotherContextAsks_thenItFindsTheHandleOfTheLastTurn() throws Exception {
        StateRepository<String, String> shared = new MemoryStateRepository();
        CamelContext one = start(shared);
        CamelContext other = start(shared);
        ask(one, "ada", "My name is Ada");
        ask(one, "bert", "My name is Bert");
        ask(one, "ada", "My name is Grace");

        release(one, "ada");

        assertThat(ask(other, "ada", "What is my name?")).contains("Grace");
        assertThat(EMULATOR.get().awaitSessions(2, PATIENCE).get(1).isOpen()).as("the session of another key").isTrue();
    }

    @Test
    void givenSendsThatNobodyHasWaitedFor_whenTheSessionIsReleased_thenAllAreSentInOrderAndTheConversationGoesOn()
            throws Exception {
        CamelContext context = start(null);
        ask(context, "ada", "My name is Ada");
        LiveSessions sessions = context.getComponent("genai-live", GenAiLiveComponent.class).sessions();
        List<String> notes = IntStream.range(0, 50).mapToObj(number -> "note " + number).toList();
        Queue<Object> outcomes = new ConcurrentLinkedQueue<>();

        notes.forEach(note -> sessions.send(new SessionAddress("gemini-3.8-live", "ada"), List.of(text(note)),
                (outcome, failure) -> outcomes.add(outcome != null ? outcome : failure)));
        release(context, "ada");

        RecordedSession session = EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitClosed(PATIENCE);
        assertThat(outcomes).hasSameSizeAs(notes).containsOnly(SendOutcome.WRITTEN);
        assertThat(session.texts()).containsSubsequence(notes);
        assertThat(ask(context, "ada", "What is my name?")).contains("Ada");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(restored).containsExactly(true));
    }

    private static ClientMessage text(String text) {
        return new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder().text(text).build());
    }

    @Test
    void givenNoSession_whenItIsReleased_thenNoneIsOpenedAndTheHandleIsKept() throws Exception {
        StateRepository<String, String> shared = new MemoryStateRepository();
        CamelContext one = start(shared);
        CamelContext other = start(shared);
        ask(one, "ada", "My name is Ada");
        release(one, "ada");

        release(other, "ada");
        release(one, "ada");

        assertThat(EMULATOR.get().sessions()).hasSize(1);
        assertThat(ask(other, "ada", "What is my name?")).contains("Ada");
    }
}
