package dev.camelgenai.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.audio;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

class TransparentResumptionTest {

    private static final Scenario REMEMBERS = (turn, reply) -> reply.say((turn instanceof UserTurn.Audio ? "heard " : "")
            + reply.conversation().history().stream().map(Conversation.Utterance::text).collect(Collectors.joining("|")))
            .complete();

    @RegisterExtension
    final GenAiLiveEmulatorExtension emulator = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(REMEMBERS).tlsPort(-1));

    /** The handle and the index that came with it. */
    private record Update(String handle, long index) {
    }

    private TestClient open(String resumption, String more) {
        TestClient client = TestClient.connect(emulator.get().wsUrl() + VERTEX);
        client.send(json("{'setup':{'model':'publishers/google/models/gemini-live-test','generationConfig':"
                + "{'responseModalities':['TEXT']},'sessionResumption':{'transparent':true" + resumption + "}" + more + "}}"));
        assertThat(client.next().json().has("setupComplete")).isTrue();
        return client;
    }

    private static String part(String text, boolean complete) {
        return json("{'clientContent':{'turns':[{'parts':[{'text':'" + text + "'}]}],'turnComplete':" + complete + "}}");
    }

    private static Update update(TestClient client) {
        JsonNode next;
        do {
            next = client.next().json().path("sessionResumptionUpdate");
        } while (!next.path("resumable").asBoolean(false));
        // int64 in proto-JSON
        assertThat(next.path("lastConsumedClientMessageIndex").isTextual()).isTrue();
        return new Update(next.path("newHandle").asText(), next.path("lastConsumedClientMessageIndex").asLong());
    }

    private static byte[] silence(int millis) {
        return new byte[16 * 2 * millis];
    }

    private static byte[] loud(int millis) {
        byte[] pcm = new byte[16 * 2 * millis];
        for (int i = 0; i < pcm.length / 2; i++) {
            int sample = (int) (8000 * Math.sin(2 * Math.PI * 300 * i / 16_000));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }

    @Test
    void givenTransparentMode_whenMessagesAreConsumed_thenTheSetupIs0AndTheNextOnes1AndOn() {
        TestClient client = open("", "");

        assertThat(update(client).index()).isZero();
        client.send(part("a", false)).send(part("b", true));
        assertThat(update(client).index()).isEqualTo(2);
        client.send(part("c", true));
        assertThat(update(client).index()).isEqualTo(3);
    }

    @Test
    void givenAResumedSession_whenMessagesAreConsumed_thenTheNumberingBeginsAnew() {
        TestClient client = open("", "");
        client.send(part("a", true));
        update(client);
        Update last = update(client);
        client.socket().abort();

        TestClient resumed = open(",'handle':'" + last.handle() + "'", "");

        assertThat(update(resumed).index()).isZero();
        resumed.send(part("b", true));
        assertThat(update(resumed).index()).isEqualTo(1);
    }

    @Test
    void givenPlainResumption_whenUpdatesCome_thenWithoutAnIndex() {
        TestClient client = TestClient.open(emulator.get(), "'sessionResumption':{'transparent':false}");

        assertThat(client.next().json().path("sessionResumptionUpdate").has("lastConsumedClientMessageIndex")).isFalse();
    }

    @Test
    void givenTheDeveloperApi_whenTransparentIsAskedFor_then1007() {
        TestClient client = TestClient.connect(emulator.get().wsUrl() + DEVELOPER);

        assertThat(client.send(setup("'sessionResumption':{'transparent':true}")).awaitClose())
                .isEqualTo(new RecordedClose(1007, "Request contains an invalid argument."));
    }

    @Test
    void givenAMicrophoneInAQuietRoom_whenItGoesOn_thenAcknowledgedInGroupsUpToWhatMayBecomeATurn() {
        TestClient client = open("", "");
        update(client);

        for (int i = 0; i < 400; i++) {
            client.send(audio(silence(20), 16_000));
        }
        client.send(part("x", true));
        List<Update> updates = new ArrayList<>();
        do {
            updates.add(update(client));
        } while (updates.get(updates.size() - 1).index() < 401);

        assertThat(updates).hasSizeBetween(5, 25);
        assertThat(updates).extracting(Update::index).isSorted().doesNotHaveDuplicates();
        // two seconds of silence may be a turn if the stream ends now
        assertThat(updates.get(updates.size() - 2).index()).isBetween(250L, 300L);
    }

    @Test
    void givenAnActivity_whenTheConnectionIsLostInIt_thenItsSoundIsNotAcknowledgedAndItsReplayIsTheSameTurn() {
        TestClient client = open("", ",'realtimeInputConfig':{'automaticActivityDetection':{'silenceDurationMs':500}}");
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            sent.add(audio(silence(20), 16_000));
        }
        for (int i = 0; i < 100; i++) {
            sent.add(audio(loud(20), 16_000));
        }
        sent.forEach(client::send);
        Update last = update(client);
        JsonNode next = client.next().json();
        while (!next.path("sessionResumptionUpdate").path("resumable").isBoolean()
                || next.path("sessionResumptionUpdate").path("resumable").asBoolean()) {
            JsonNode update = next.path("sessionResumptionUpdate");
            last = update.isObject()
                    ? new Update(update.path("newHandle").asText(), update.path("lastConsumedClientMessageIndex").asLong())
                    : last;
            next = client.next().json();
        }
        emulator.get().sessions().get(0).awaitMessages(sent.size(), TestClient.TIMEOUT);
        client.socket().abort();

        TestClient resumed = open(",'handle':'" + last.handle() + "'",
                ",'inputAudioTranscription':{},'realtimeInputConfig':{'automaticActivityDetection':{'silenceDurationMs':500}}");
        sent.subList((int) last.index(), sent.size()).forEach(resumed::send);
        for (int i = 0; i < 40; i++) {
            resumed.send(audio(silence(20), 16_000));
        }

        assertThat(last.index()).isLessThanOrEqualTo(150 - 300 / 20);
        List<JsonNode> turn = resumed.turn();
        assertThat(textOf(turn)).isEqualTo("heard ");
        // the lead-in, the speech and the silence that ended it
        assertThat(turn.stream().map(message -> message.at("/serverContent/inputTranscription/text").asText(""))
                .filter(text -> !text.isEmpty())).containsExactly("(2.80 s of speech)");
    }

    @Test
    void givenADropInMidConversation_whenTheUnacknowledgedIsReplayed_thenTheConversationIsTheSame() {
        TestClient client = open("", "");
        List<String> sent = List.of(part("a", true), part("b", false), part("c", true), part("d", false));
        update(client);
        client.send(sent.get(0));
        Update afterA = update(client);
        client.send(sent.get(1)).send(sent.get(2));
        Update afterC = update(client);
        client.send(sent.get(3));
        emulator.get().sessions().get(0).awaitMessages(4, TestClient.TIMEOUT);
        client.socket().abort();

        TestClient older = open(",'handle':'" + afterA.handle() + "'", "");
        sent.subList((int) afterA.index(), sent.size()).forEach(older::send);
        String fromOlder = textOf(older.turn()) + textOf(older.send(part("e", true)).turn());
        older.socket().sendClose(1000, "").join();
        older.awaitClose();
        TestClient newer = open(",'handle':'" + afterC.handle() + "'", "");
        sent.subList((int) afterC.index(), sent.size()).forEach(newer::send);
        String fromNewer = textOf(newer.send(part("e", true)).turn());

        assertThat(fromNewer).isEqualTo("a|bc|a");
        assertThat(fromOlder).isEqualTo("a" + fromNewer);
    }

    @Test
    void givenAnInterruption_whenTheUpdateOfTheInterruptedTurnComes_thenTheInterruptingMessageIsNotInIt() {
        TestClient client = open("", "");
        update(client);
        emulator.get().sessions().get(0).awaitSetup(TestClient.TIMEOUT);

        client.send(part("a", true)).send(part("b", true));

        Update first = update(client);
        Update second = update(client);
        assertThat(List.of(first.index(), second.index())).containsExactly(1L, 2L);
    }
}
