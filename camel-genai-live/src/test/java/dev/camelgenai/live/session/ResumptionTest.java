package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.AutomaticActivityDetection;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.RealtimeInputConfig;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.UserTurn;
import dev.camelgenai.live.protocol.ClientMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.live.session.EmulatedSessions.address;
import static dev.camelgenai.live.session.EmulatedSessions.audio;
import static dev.camelgenai.live.session.EmulatedSessions.content;
import static org.assertj.core.api.Assertions.assertThat;

/** Conversations that go on after their connection: with handles, and where there are none with the history that was kept. */
class ResumptionTest extends ControlledTime {

    private static final String NOT_FOUND = "Requested entity was not found.";

    private final Profiles.Handles handles = new Profiles.Handles();
    private EmulatedSessions.Heard heard;

    private void start() {
        start(settings -> {
        });
    }

    private void start(Consumer<EmulatedSessions.Settings> changes) {
        if (emulator == null) {
            service(ResumptionTest::answer);
        }
        heard = client(settings -> {
            settings.handles = handles;
            changes.accept(settings);
        }).listen();
    }

    /** Tells what the user has said so far, when asked to. */
    private static void answer(UserTurn turn, Reply reply) {
        String said = turn instanceof UserTurn.Text text ? text.text() : "";
        reply.say(said.endsWith("recall")
                ? reply.conversation().history().stream()
                        .filter(utterance -> utterance.speaker() == Conversation.Speaker.USER)
                        .map(Conversation.Utterance::text).collect(Collectors.joining(",")) + "|"
                : "ok").complete();
    }

    /** Until the handle that knows of the answer is in the store. */
    private void say(String text) {
        String before = handles.map.get(address(KEY));
        assertThat(answer(ask(text))).isEqualTo("ok");
        await(() -> handles.map.get(address(KEY)) != null && !handles.map.get(address(KEY)).equals(before) && quiet());
    }

    private boolean quiet() {
        List<LiveServerMessage> messages = heard.all(LiveServerMessage.class);
        int size = messages.size();
        return size > 1 && isEndOfTurn(messages.get(size - 2)) && isHandle(messages.get(size - 1))
                && messages.get(size - 1).sessionResumptionUpdate().get().newHandle().get()
                        .equals(handles.map.get(address(KEY)));
    }

    private String recall() {
        return answer(ask("recall"));
    }

    private String answer(EmulatedSessions.Fate question) {
        await(question::isDone);
        return question.text();
    }

    private static String handle(RecordedSession connection) {
        return connection.setup().orElseThrow().at("/sessionResumption/handle").asText("");
    }

    private void drop(int connection) {
        connection(connection).dropTcp().join();
        reconnect(connection + 1);
    }

    // ---- handles

    @Test
    void givenASession_whenItIsSetUp_thenHandlesAreAskedForWithoutOne() {
        start();
        say("one");

        JsonNode resumption = connection(1).setup().orElseThrow().path("sessionResumption");
        assertThat(resumption.isObject()).isTrue();
        assertThat(resumption.isEmpty()).isTrue();
        assertThat(handles.map).containsOnlyKeys(address(KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"resumable\":false}", "{\"resumable\":false,\"newHandle\":\"bad\"}",
        "{\"resumable\":true,\"newHandle\":\"\"}", "{\"resumable\":true}", "{\"newHandle\":\"bad\"}" })
    void givenAGoodHandle_whenAnUpdateComesThatCannotBeResumed_thenTheGoodOneIsUsed(String update) {
        start();
        say("one");
        String good = handles.map.get(address(KEY));
        int before = heard.all(LiveServerMessage.class).size();
        connection(1).send("{\"sessionResumptionUpdate\":" + update + "}").join();
        heard.await(LiveServerMessage.class, before + 1);

        drop(1);

        assertThat(handle(openOver(2))).isEqualTo(good);
        assertThat(recall()).isEqualTo("one|");
        assertThat(heard.await(SessionEvent.Resumed.class, 1)).containsExactly(new SessionEvent.Resumed(true, 0));
    }

    @Test
    void givenAStore_whenTheProcessIsStartedAgain_thenTheConversationGoesOn() {
        start();
        say("one");
        client.close();

        start();

        assertThat(recall()).isEqualTo("one|");
        assertThat(heard.await(SessionEvent.class)).isEqualTo(new SessionEvent.Resumed(true, 0));
        assertThat(emulator.sessions()).hasSize(2);
    }

    /** A handle is refused as long as the socket is open that has the conversation. */
    @Test
    void givenAnotherProcessHasTheConversation_whenItLetsGo_thenItGoesOnHere() {
        start();
        say("one");
        EmulatedSessions other = client;
        start();
        EmulatedSessions.Fate recall = ask("recall");
        assertThat(heard.await(SessionEvent.Reconnecting.class).cause().code()).isEqualTo(1011);

        other.close();
        await(() -> {
            timer.advance(EmulatedSessions.QUICKLY.maxDelay());
            return recall.isDone();
        });

        assertThat(recall.text()).isEqualTo("one|");
        assertThat(heard.await(SessionEvent.Resumed.class)).isEqualTo(new SessionEvent.Resumed(true, 0));
    }

    @Test
    void givenAHandleOfTwoHoursAgo_whenTheConversationIsToGoOn_thenItStartsAfreshOnceAndSaysSo() {
        start();
        say("one");
        String old = handles.map.get(address(KEY));
        client.close();
        connection(1).awaitClosed(EmulatedSessions.PATIENCE);
        serviceClock.advance(Duration.ofHours(2));

        start();

        assertFreshAfterRefusal(old);
    }

    @Test
    void givenAHandleOfAnotherModel_whenTheConversationIsToGoOn_thenItStartsAfreshOnceAndSaysSo() {
        start();
        say("one");
        String old = handles.map.get(address(KEY));
        client.close();

        start(settings -> settings.model = "gemini-live-other");

        assertFreshAfterRefusal(old);
    }

    private void assertFreshAfterRefusal(String old) {
        assertThat(recall()).isEqualTo("|");
        assertThat(heard.await(SessionEvent.class, 1)).containsExactly(new SessionEvent.Resumed(false, 0));
        assertThat(emulator.sessions()).extracting(ResumptionTest::handle).containsExactly("", old, "");
        await(() -> handles.map.get(address(KEY)) != null && !handles.map.get(address(KEY)).equals(old));
    }

    @Test
    void givenResumptionIsOff_whenTheStoreHasAHandle_thenItIsNeitherUsedNorReplaced() {
        handles.save(address(KEY), "of another time");
        start(settings -> settings.resumption = false);

        assertThat(ask("one").text()).isEqualTo("ok");
        drop(1);

        assertThat(openOver(2).setup().orElseThrow().has("sessionResumption")).isFalse();
        assertThat(handles.map).containsValue("of another time");
    }

    // ---- the end of a conversation, and of a session only

    @Test
    void givenAConversation_whenItIsClosed_thenTheNextUseStartsAnotherOne() {
        start();
        say("one");

        client.sessions.close(address(KEY)).toCompletableFuture().join();

        assertThat(handles.map).isEmpty();
        assertThat(recall()).isEqualTo("|");
        assertThat(heard.await(SessionEvent.class, 2)).containsExactly(new SessionEvent.Opened(), new SessionEvent.Opened());
        assertThat(handle(connection(2))).isEmpty();
    }

    @Test
    void givenAnIdleSession_whenItIsClosedForThat_thenTheNextUseGoesOnWithTheConversation() {
        Duration idle = Duration.ofMinutes(5);
        start(settings -> settings.limits = new SessionLimits(idle, 10, MaxSessionsPolicy.reject, Duration.ZERO));
        say("one");
        timer.advance(idle);
        await(() -> client.sessions.all().isEmpty());

        assertThat(recall()).isEqualTo("one|");
        assertThat(heard.await(SessionEvent.class, 2)).containsExactly(new SessionEvent.Opened(),
                new SessionEvent.Resumed(true, 0));
    }

    @Test
    void givenAConversationWithoutASession_whenItIsClosed_thenTheNextUseStartsAnotherOne() {
        start();
        say("one");
        client.session(KEY).close().toCompletableFuture().join();

        client.sessions.close(address(KEY)).toCompletableFuture().join();

        assertThat(handles.map).isEmpty();
        assertThat(recall()).isEqualTo("|");
    }

    // ---- stores that are no help

    @Test
    void givenAStoreThatFails_whenAConversationIsHeld_thenItGoesOnAsLongAsItsSession() {
        AtomicInteger calls = new AtomicInteger();
        HandleStore failing = new HandleStore() {
            @Override
            public String load(SessionAddress address) {
                throw new IllegalStateException("load " + calls.incrementAndGet());
            }

            @Override
            public void save(SessionAddress address, String handle) {
                throw new IllegalStateException("save " + calls.incrementAndGet());
            }

            @Override
            public void remove(SessionAddress address) {
                throw new IllegalStateException("remove " + calls.incrementAndGet());
            }
        };
        start(settings -> settings.handles = failing);
        assertThat(ask("one").text()).isEqualTo("ok");
        awaitHandles(heard, 2);

        drop(1);

        assertThat(recall()).isEqualTo("one|");
        client.sessions.close(address(KEY)).toCompletableFuture().join();
        assertThat(calls.get()).isGreaterThanOrEqualTo(3);
    }

    /** Takes its time for the first handle. */
    private final class SlowStore implements HandleStore {

        private final CountDownLatch mayGoOn = new CountDownLatch(1);
        private final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public String load(SessionAddress address) {
            return handles.load(address);
        }

        @Override
        public void save(SessionAddress address, String handle) {
            calls.add(handle);
            pause();
            handles.save(address, handle);
        }

        @Override
        public void remove(SessionAddress address) {
            calls.add("remove");
            pause();
            handles.remove(address);
        }

        private void pause() {
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitClosed() {
        await(() -> client.session(KEY).state() == LiveSessionState.CLOSED);
    }

    @Test
    void givenAStoreThatIsSlow_whenHandlesComeMeanwhile_thenItGetsTheLatestOnlyAndTheSessionDoesNotWait() {
        SlowStore slow = new SlowStore();
        start(settings -> settings.handles = slow);
        for (int i = 0; i < 5; i++) {
            assertThat(ask("question " + i).text()).isEqualTo("ok");
        }
        awaitHandles(heard, 6);
        List<String> given = heard.all(LiveServerMessage.class).stream().filter(ControlledTime::isHandle)
                .map(message -> message.sessionResumptionUpdate().get().newHandle().get()).toList();
        assertThat(slow.calls).hasSize(1);

        CompletableFuture<Void> ended = client.session(KEY).close().toCompletableFuture();
        awaitClosed();
        assertThat(ended.isDone()).as("ended, but the last handle is not saved").isFalse();
        slow.mayGoOn.countDown();

        ended.join();
        assertThat(slow.calls).containsExactly(given.get(0), given.get(5));
        assertThat(handles.map).containsValue(given.get(5));
    }

    /** The conversation is over for whoever comes next, however long the store takes to forget it. */
    @Test
    void givenAStoreThatIsSlow_whenAConversationIsClosed_thenTheNextUseStartsAnotherOneNevertheless() {
        SlowStore slow = new SlowStore();
        start();
        say("one");
        client.close();
        start(settings -> settings.handles = slow);
        client.sessions.open(address(KEY));
        openOver(2);

        CompletableFuture<Void> closed = client.sessions.close(address(KEY)).toCompletableFuture();
        awaitClosed();
        EmulatedSessions.Fate recall = ask("recall");
        slow.mayGoOn.countDown();
        closed.join();

        assertThat(answer(recall)).isEqualTo("|");
        assertThat(handle(connection(3))).isEmpty();
    }

    // ---- history

    private void startWithHistory() {
        start(settings -> settings.history = HistoryReplay.onFresh);
    }

    private static List<String> turns(RecordedMessage seed) {
        List<String> turns = new ArrayList<>();
        seed.json().at("/clientContent/turns")
                .forEach(turn -> turns.add(turn.path("role").asText() + ":" + turn.at("/parts/0/text").asText()));
        return turns;
    }

    @Test
    void givenHistoryIsKept_whenTheHandleIsRefused_thenTheFreshSessionIsToldItOnceBeforeAnythingElse() {
        startWithHistory();
        say("one");
        client.send(KEY, content("two", false)).await();
        emulator.faults().closeInsteadOfSetupComplete(1008, NOT_FOUND, 1);
        connection(1).dropTcp().join();
        client.awaitState(KEY, LiveSessionState.WAITING);
        client.send(KEY, content("three", false));
        reconnect(3);

        RecordedSession fresh = openOver(3);
        await(() -> fresh.messageCount() == 2);

        RecordedMessage seed = fresh.messages().get(0);
        assertThat(turns(seed)).containsExactly("user:one", "model:ok", "user:two");
        assertThat(seed.turnComplete()).isFalse();
        assertThat(fresh.messages().get(1).text()).isEqualTo("three");
        assertThat(heard.await(SessionEvent.Resumed.class, 1)).extracting(SessionEvent.Resumed::stateRestored)
                .containsExactly(false);

        say("four");
        drop(3);
        assertThat(recall()).as("knows it all, from the handle").isEqualTo("one,twothreefour|");
        assertThat(openOver(4).texts()).as("is not told again").containsExactly("recall");
    }

    @Test
    void givenALongConversation_whenItStartsAfresh_thenOnlyItsLastTurnsAreTold() {
        startWithHistory();
        IntStream.rangeClosed(1, 15).forEach(i -> say("question " + i));
        emulator.faults().closeInsteadOfSetupComplete(1008, NOT_FOUND, 1);
        drop(1);

        List<String> told = turns(openOver(3).awaitMessages(1, EmulatedSessions.PATIENCE).get(0));

        assertThat(told).hasSize(20).startsWith("user:question 6", "model:ok").endsWith("user:question 15", "model:ok");
    }

    /** Its caller was told to ask again, if it likes. */
    @Test
    void givenAQuestionThatWasLostWithItsConnection_whenTheSessionStartsAfresh_thenItIsNotPartOfTheHistory() {
        startWithHistory();
        say("one");
        emulator.faults().killTcpAfter(2, 1);
        emulator.faults().closeInsteadOfSetupComplete(1008, NOT_FOUND, 1);
        EmulatedSessions.Fate lost = ask("lost");
        assertThat(lost.failure().isRetriable()).isTrue();
        reconnect(3);

        assertThat(turns(openOver(3).awaitMessages(1, EmulatedSessions.PATIENCE).get(0))).containsExactly("user:one",
                "model:ok");
    }

    @Test
    void givenNoHistoryIsKept_whenTheSessionStartsAfresh_thenItIsToldNothing() {
        start();
        say("one");
        emulator.faults().closeInsteadOfSetupComplete(1008, NOT_FOUND, 1);
        drop(1);
        openOver(3);

        assertThat(recall()).isEqualTo("|");
        assertThat(connection(3).texts()).containsExactly("recall");
    }

    // ---- what the user is saying

    private static ClientMessage realtime(LiveSendRealtimeInputParameters.Builder input) {
        return new ClientMessage.RealtimeInput(input.build());
    }

    /** The service would close over the end of an activity that it knows no begin of. */
    @Test
    void givenTheUserIsSpeaking_whenTheConnectionBreaks_thenWhatSheGoesOnToSayIsAnActivityOnTheNextOne() {
        start(settings -> settings.realtimeInput = RealtimeInputConfig.builder()
                .automaticActivityDetection(AutomaticActivityDetection.builder().disabled(true).build()).build());
        client.send(KEY, realtime(LiveSendRealtimeInputParameters.builder().activityStart(ActivityStart.builder().build())));
        client.send(KEY, audio(new byte[640]));
        await(() -> connection(1).messageCount() == 2);

        drop(1);
        RecordedSession next = openOver(2);
        client.send(KEY, audio(new byte[640]));
        client.send(KEY, realtime(LiveSendRealtimeInputParameters.builder().activityEnd(ActivityEnd.builder().build())));

        await(() -> heard.all(LiveServerMessage.class).stream().filter(ControlledTime::isEndOfTurn).count() == 1);
        assertThat(next.awaitActivities(1, EmulatedSessions.PATIENCE)).hasSize(1);
        assertThat(next.messages()).extracting(message -> message.json().toString()).satisfiesExactly(
                first -> assertThat(first).contains("activityStart"), second -> assertThat(second).contains("audio/pcm"),
                third -> assertThat(third).contains("activityEnd"));
    }
}
