package dev.camelgenai.live.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.google.genai.types.Blob;
import com.google.genai.types.InteractionStatus;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;
import com.google.genai.types.Transcription;
import dev.camelgenai.live.protocol.ServerEvent.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ServerMessageTest {

    private static ServerMessage read(String json) {
        return new ServerMessageDecoder().read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String audio(byte[] pcm) {
        return "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\""
                + Base64.getEncoder().encodeToString(pcm) + "\"}}]}}}";
    }

    private static byte[] audioOf(ServerMessage message) {
        return message.events().stream().filter(ServerEvent.Audio.class::isInstance).map(ServerEvent.Audio.class::cast)
                .findFirst().orElseThrow().data().decode();
    }

    /** What a message brings, in the words of the types of Google's SDK. */
    private static List<Object> expected(LiveServerMessage message) {
        List<Object> all = new ArrayList<>();
        message.setupComplete().ifPresent(all::add);
        message.goAway().ifPresent(goAway -> all.add(goAway.timeLeft().orElse(Duration.ZERO)));
        message.sessionResumptionUpdate().ifPresent(all::add);
        message.toolCallCancellation().flatMap(c -> c.ids()).ifPresent(all::addAll);
        LiveServerContent content = message.serverContent().orElse(LiveServerContent.builder().build());
        content.interrupted().filter(flag -> flag).ifPresent(flag -> all.add(Kind.interrupted));
        message.voiceActivity().ifPresent(all::add);
        content.inputTranscription().ifPresent(t -> all.add(transcript(t)));
        content.modelTurn().flatMap(turn -> turn.parts()).ifPresent(parts -> parts.forEach(part -> add(part, all)));
        content.outputTranscription().ifPresent(t -> all.add(transcript(t)));
        content.groundingMetadata().ifPresent(all::add);
        message.toolCall().flatMap(call -> call.functionCalls()).ifPresent(all::addAll);
        message.usageMetadata().ifPresent(all::add);
        content.generationComplete().filter(flag -> flag).ifPresent(flag -> all.add(Kind.generationComplete));
        content.turnComplete().filter(flag -> flag).ifPresent(flag -> all.add(Kind.turnComplete + " "
                + content.turnCompleteReason().map(Object::toString).orElse(null) + " "
                + content.interactionStatus().map(s -> s.knownEnum() == InteractionStatus.Known.IN_PROGRESS).orElse(false)));
        return all.stream().map(Object::toString).map(Object.class::cast).toList();
    }

    private static String transcript(Transcription transcript) {
        return transcript.text().orElse("") + " " + transcript.finished().orElse(false);
    }

    private static void add(Part part, List<Object> all) {
        part.text().ifPresent(text -> all.add((part.thought().orElse(false) ? Kind.thought : Kind.text) + " " + text));
        part.inlineData().filter(blob -> blob.data().isPresent()).ifPresent(blob -> all.add(media(blob)));
    }

    private static String media(Blob blob) {
        String type = blob.mimeType().orElse("");
        return (type.startsWith("audio/") ? Kind.audio : Kind.video) + " " + type + " "
                + Base64.getEncoder().encodeToString(blob.data().get());
    }

    private static List<Object> found(ServerMessage message) {
        return message.events().stream().map(ServerMessageTest::told).map(Object.class::cast).toList();
    }

    private static String told(ServerEvent event) {
        if (event instanceof ServerEvent.SetupComplete e) {
            return e.content().toString();
        } else if (event instanceof ServerEvent.GoAway e) {
            return e.timeLeft().toString();
        } else if (event instanceof ServerEvent.ResumptionUpdate e) {
            return e.content().toString();
        } else if (event instanceof ServerEvent.ToolCallCancellation e) {
            return e.id();
        } else if (event instanceof ServerEvent.VoiceHeard e) {
            return e.content().toString();
        } else if (event instanceof ServerEvent.InputTranscript e) {
            return e.text() + " " + e.finished();
        } else if (event instanceof ServerEvent.OutputTranscript e) {
            return e.text() + " " + e.finished();
        } else if (event instanceof ServerEvent.Thought e) {
            return e.kind() + " " + e.text();
        } else if (event instanceof ServerEvent.Text e) {
            return e.kind() + " " + e.text();
        } else if (event instanceof ServerEvent.Audio e) {
            return e.kind() + " " + e.mimeType() + " " + Base64.getEncoder().encodeToString(e.data().decode());
        } else if (event instanceof ServerEvent.Video e) {
            return e.kind() + " " + e.mimeType() + " " + Base64.getEncoder().encodeToString(e.data().decode());
        } else if (event instanceof ServerEvent.Grounding e) {
            return e.content().toString();
        } else if (event instanceof ServerEvent.ToolCall e) {
            return e.call().toString();
        } else if (event instanceof ServerEvent.Usage e) {
            return e.content().toString();
        } else if (event instanceof ServerEvent.TurnComplete e) {
            return e.kind() + " " + e.reason() + " " + e.workLeft();
        }
        return event.kind().name();
    }

    @Test
    void findsInEachMessageWhatGooglesTypesFindInIt() {
        List<FieldSamples.Sample<LiveServerMessage>> samples = FieldSamples.of(LiveServerMessage.class);

        for (FieldSamples.Sample<LiveServerMessage> sample : samples) {
            ServerMessage message = read(sample.value().toJson());
            // blobs print their arrays by identity
            assertThat(found(message)).as(sample.path()).hasSameSizeAs(expected(message.message()))
                    .allSatisfy(event -> assertThat(expected(message.message()).toString())
                            .contains(event.toString().contains("data=") ? "" : event.toString()));
        }
        assertThat(samples.stream().map(sample -> read(sample.value().toJson())).flatMap(m -> m.events().stream())
                .map(ServerEvent::kind)).contains(Kind.setupComplete, Kind.goAway, Kind.resumptionUpdate,
                        Kind.toolCallCancellation, Kind.voiceActivity, Kind.inputTranscript, Kind.outputTranscript,
                        Kind.toolCall, Kind.usage, Kind.grounding);
    }

    @Test
    void tellsAllThatOneMessageBringsInAFixedOrder() {
        ServerMessage message = read("""
                {"usageMetadata": {"totalTokenCount": 9},
                 "toolCall": {"functionCalls": [{"id": "1", "name": "f"}, {"id": "2", "name": "g"}]},
                 "toolCallCancellation": {"ids": ["3", "4"]},
                 "goAway": {"timeLeft": "9.5s"},
                 "serverContent": {
                   "turnComplete": true, "turnCompleteReason": "NEED_MORE_INPUT", "interactionStatus": "IN_PROGRESS",
                   "generationComplete": true, "interrupted": true,
                   "outputTranscription": {"text": "said"}, "inputTranscription": {"text": "heard", "finished": true},
                   "groundingMetadata": {"webSearchQueries": ["q"]},
                   "modelTurn": {"parts": [{"text": "a"}, {"thought": true, "text": "hm"}, {"text": "b"},
                      {"inlineData": {"data": "AQI=", "mimeType": "audio/pcm;rate=24000"}},
                      {"inlineData": {"data": "AwQ=", "mimeType": "video/mp4"}}]}}}
                """);

        assertThat(message.events()).extracting(ServerEvent::kind).containsExactly(Kind.goAway, Kind.toolCallCancellation,
                Kind.toolCallCancellation, Kind.interrupted, Kind.inputTranscript, Kind.text, Kind.thought, Kind.text,
                Kind.audio, Kind.video, Kind.outputTranscript, Kind.grounding, Kind.toolCall, Kind.toolCall, Kind.usage,
                Kind.generationComplete, Kind.turnComplete);
        assertThat(found(message)).isEqualTo(expected(message.message()));
        assertThat(message.goAway().orElseThrow().timeLeft()).isEqualTo(Duration.ofMillis(9500));
        assertThat(message.endsTurn()).as("work goes on").isFalse();
    }

    @Test
    void takesAudioFromTheMessageWithoutBuildingIt() {
        byte[] pcm = new byte[1_921];
        new Random(1).nextBytes(pcm);

        ServerMessage message = read(audio(pcm));

        assertThat(audioOf(message)).isEqualTo(pcm);
        assertThat(message.isOnlyAudio()).isTrue();
        assertThat(message.isBuilt()).isFalse();
        assertThat(data(message.message())).isEqualTo(pcm);
        assertThat(message.isBuilt()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"/+A=\"", "\"\\/+A=\"", "\"\\u002f\\u002BA=\"", "\"/+A\"", "  \"/+A=\"  " })
    void takesEverySpellingOfTheSameBytes(String data) {
        assertThat(audioOf(read("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"data\":" + data
                + ",\"mimeType\":\"audio/pcm\"}}]}}}"))).containsExactly(0xff, 0xe0);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"A\"", "\"AAAAA\"", "\"AA=\"", "\"A===\"", "\"AA*=\"", "\"AA-_\"", "\"A A=\"", "7", "{}" })
    void refusesWhatIsNoBase64(String data) {
        String json = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"data\":" + data + "}}]}}}";

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> read(json)))
                .hasMessageContaining("serverContent.modelTurn.parts.inlineData.data");
    }

    @Test
    void isAudioOnlyWhenNothingIsLeftWithoutIt() {
        String audio = audio(new byte[]{ 1, 2 });
        String both = audio.replace("{\"serverContent\":{", "{\"serverContent\":{\"turnComplete\":true,");
        String twoParts = audio.replace("\"parts\":[", "\"parts\":[{\"text\":\"t\"},");

        assertThat(read(audio).withoutAudio()).isEmpty();
        assertThat(read(both).withoutAudio()).hasValueSatisfying(rest -> {
            assertThat(rest.events()).extracting(ServerEvent::kind).containsExactly(Kind.turnComplete);
            assertThat(rest.message().serverContent().get().modelTurn()).isEmpty();
        });
        assertThat(read(twoParts).withoutAudio()).hasValueSatisfying(
                rest -> assertThat(rest.events()).extracting(ServerEvent::kind).containsExactly(Kind.text));
        ServerMessage text = read("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"t\"}]}}}");
        assertThat(text.withoutAudio()).containsSame(text);
        assertThat(text.isOnlyAudio()).isFalse();
    }

    @Test
    void showsNothingOfWhatWasSaid() {
        assertThat(read("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"s3cret\"}]}}}"))
                .hasToString("ServerMessage[text]");
        assertThat(read(audio(new byte[3])).events().toString()).contains("MediaData[3 bytes]");
    }

    @Test
    void knowsAMessageThatDidNotComeOverTheWire() {
        LiveServerMessage built = LiveServerMessage.builder()
                .serverContent(LiveServerContent.builder().interrupted(true).turnComplete(true).build()).build();

        ServerMessage message = ServerMessage.of(built);

        assertThat(message.events()).extracting(ServerEvent::kind).containsExactly(Kind.interrupted, Kind.turnComplete);
        assertThat(message.message()).isSameAs(built);
        assertThat(ServerMessage.nothing().events()).isEmpty();
    }

    @Test
    void copiesItsAudioForTheBuiltMessageUnlessSomebodyHasItAlone() {
        ServerMessage copied = read(audio(new byte[1_920]));
        ServerMessage taken = read(audio(new byte[1_920]));

        byte[] copy = data(copied.message());
        byte[] own = data(taken.take());

        assertThat(copy).isNotSameAs(bytesOf(copied)).isEqualTo(bytesOf(copied));
        assertThat(own).isSameAs(bytesOf(taken));
        assertThat(taken.message()).as("built once").isSameAs(taken.take());
    }

    private static byte[] data(LiveServerMessage message) {
        return message.serverContent().get().modelTurn().get().parts().get().get(0).inlineData().get().data().get();
    }

    private static byte[] bytesOf(ServerMessage message) {
        return ((ServerEvent.Audio) message.events().get(0)).data().take();
    }

    @Test
    void isBuiltAsOneObjectForAllWhoWantItAtTheSameTime() throws Exception {
        int threads = 4;
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        try {
            for (int i = 0; i < 500; i++) {
                ServerMessage message = new ServerMessageDecoder()
                        .read("{\"serverContent\":{\"turnComplete\":true}}".getBytes(StandardCharsets.UTF_8));
                CyclicBarrier together = new CyclicBarrier(threads);
                Set<LiveServerMessage> built = Collections.newSetFromMap(new IdentityHashMap<>());
                for (Future<LiveServerMessage> each : readers
                        .invokeAll(Collections.<Callable<LiveServerMessage>>nCopies(threads, () -> {
                            together.await();
                            return message.message();
                        }))) {
                    built.add(each.get());
                }
                assertThat(built).hasSize(1);
            }
        } finally {
            readers.shutdownNow();
        }
    }
}
