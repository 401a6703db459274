package dev.camelgenai.live.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.TurnCompleteReason;
import com.google.genai.types.UsageMetadata;
import com.google.genai.types.VoiceActivity;
import dev.camelgenai.live.error.GenAiLiveException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ServerMessageDecoderTest {

    private final ServerMessageDecoder decoder = new ServerMessageDecoder();

    @Test
    void readsTheAnswerToTheSetupOfBothServices() {
        assertThat(decode("{\"setupComplete\":{}}").setupComplete()).isPresent();
        assertThat(decode("{\"setupComplete\":{\"sessionId\":\"s1\"}}").setupComplete().get().sessionId()).contains("s1");
    }

    @Test
    void keepsEveryFieldOfAMessageThatCarriesSeveral() {
        // when
        LiveServerMessage message = decode(
                """
                        {"serverContent": {
                           "modelTurn": {"role": "model", "parts": [{"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AQI="}},
                                                                    {"text": "thinking", "thought": true}]},
                           "inputTranscription": {"text": "hello", "finished": true},
                           "outputTranscription": {"text": "h\u00e9llo \ud83d\ude00"},
                           "generationComplete": true, "turnComplete": true, "interactionStatus": "IDLE", "waitingForInput": true},
                         "sessionResumptionUpdate": {"newHandle": "h", "resumable": true},
                         "usageMetadata": {"totalTokenCount": 9}}
                        """);

        // then
        LiveServerContent content = message.serverContent().get();
        assertThat(content.modelTurn().get().parts().get()).hasSize(2);
        assertThat(content.modelTurn().get().parts().get().get(0).inlineData().get().data()).contains(new byte[]{ 1, 2 });
        assertThat(content.inputTranscription().get().finished()).contains(true);
        assertThat(content.outputTranscription().get().text()).contains("h\u00e9llo \ud83d\ude00");
        assertThat(content.generationComplete()).contains(true);
        assertThat(content.turnComplete()).contains(true);
        assertThat(content.waitingForInput()).contains(true);
        assertThat(content.interactionStatus().get()).hasToString("IDLE");
        assertThat(message.sessionResumptionUpdate().get().newHandle()).contains("h");
        assertThat(message.usageMetadata().get().totalTokenCount()).contains(9);
    }

    @ParameterizedTest
    @CsvSource({ "50s, 50000000000", "9.500s, 9500000000", "0.000000001s, 1", "0s, 0", "-1.2s, -1200000000",
        "-0.5s, -500000000" })
    void readsWholeFractionalAndNegativeDurations(String wire, long nanos) {
        LiveServerMessage message = decode("{\"goAway\":{\"timeLeft\":\"" + wire + "\"}}");

        assertThat(message.goAway().get().timeLeft()).contains(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = { "9007199254740993", "\"9007199254740993\"" })
    void readsLongNumbersWrittenAsNumberOrString(String wire) {
        LiveServerSessionResumptionUpdate update = decode(
                "{\"sessionResumptionUpdate\":{\"resumable\":true,\"lastConsumedClientMessageIndex\":" + wire + "}}")
                .sessionResumptionUpdate().get();

        assertThat(update.lastConsumedClientMessageIndex()).contains(9007199254740993L);
    }

    @ParameterizedTest
    @ValueSource(strings = { "type", "voiceActivityType" })
    void readsVoiceActivityUnderItsNameOnTheWireAndInTheSdk(String name) {
        VoiceActivity activity = decode(
                "{\"voiceActivity\":{\"" + name + "\":\"ACTIVITY_START\",\"audioOffset\":\"1.2s\"}}").voiceActivity().get();

        assertThat(activity.voiceActivityType().get()).hasToString("ACTIVITY_START");
        assertThat(activity.audioOffset()).contains(Duration.ofMillis(1200));
    }

    @ParameterizedTest
    @ValueSource(strings = { "response", "candidates" })
    void readsTheTokenCountsOfBothServices(String name) {
        UsageMetadata usage = decode("{\"usageMetadata\":{\"promptTokenCount\":3,\"" + name + "TokenCount\":4,\"" + name
                + "TokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":4}],\"serviceTier\":\"x\"}}").usageMetadata().get();

        assertThat(usage.promptTokenCount()).contains(3);
        assertThat(usage.responseTokenCount()).contains(4);
        assertThat(usage.responseTokensDetails().get().get(0).tokenCount()).contains(4);
        assertThat(usage.serviceTier()).isPresent();
    }

    @Test
    void readsToolCallsAndTheirCancellation() {
        LiveServerMessage message = decode(
                """
                        {"toolCall": {"functionCalls": [{"id": "1", "name": "f", "args": {"a": {"b": [1, "x"]}}}, {"id": "2", "name": "g"}]},
                         "toolCallCancellation": {"ids": ["3", "4"]}}
                        """);

        assertThat(message.toolCall().get().functionCalls().get()).hasSize(2);
        assertThat(message.toolCall().get().functionCalls().get().get(0).args().get()).hasToString("{a={b=[1, x]}}");
        assertThat(message.toolCallCancellation().get().ids().get()).containsExactly("3", "4");
    }

    @Test
    void ignoresUnknownFieldsAtEveryLevelAndKeepsUnknownEnumValues() {
        LiveServerMessage message = decode("""
                {"brandNew": {"x": [1]}, "serverContent": {"alsoNew": 1, "turnCompleteReason": "BRAND_NEW",
                 "modelTurn": {"parts": [{"text": "t", "new": null}]}}}
                """);

        TurnCompleteReason reason = message.serverContent().get().turnCompleteReason().get();
        assertThat(reason).hasToString("BRAND_NEW");
        assertThat(message.serverContent().get().modelTurn().get().parts().get().get(0).text()).contains("t");
        assertThat(decode("{\"brandNew\":1}")).isEqualTo(LiveServerMessage.builder().build());
    }

    @Test
    void readsEveryFieldThatTheTypesOfTheSdkHave() {
        List<FieldSamples.Sample<LiveServerMessage>> samples = FieldSamples.of(LiveServerMessage.class);

        for (FieldSamples.Sample<LiveServerMessage> sample : samples) {
            // compared as JSON, because the types compare arrays by identity
            String json = sample.value().toJson();
            assertThat(decode(json).toJson()).as(sample.path()).isEqualTo(json);
        }
        assertThat(samples).hasSizeGreaterThan(FieldSamples.getters(LiveServerMessage.class).size());
    }

    @Test
    void takesNullForAbsent() {
        LiveServerMessage message = decode("{\"goAway\":null,\"serverContent\":{\"modelTurn\":null,\"turnComplete\":true}}");

        assertThat(message.goAway()).isEmpty();
        assertThat(message.serverContent().get().turnComplete()).contains(true);
    }

    @Test
    void readsMessagesAsLargeAsTheTransportTakes() {
        // given
        byte[] media = new byte[12 * 1024 * 1024];

        // when
        LiveServerMessage message = decode("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"data\":\""
                + Base64.getEncoder().encodeToString(media) + "\"}}]}}}");

        // then
        assertThat(message.serverContent().get().modelTurn().get().parts().get().get(0).inlineData().get().data().get())
                .hasSameSizeAs(media);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "null", "[]", "[{}]", "42", "\"s3cret\"", "{", "{\"goAway\":}", "s3cret", "{}{}",
        "{\"serverContent\":\"s3cret\"}", "{\"goAway\":{\"timeLeft\":\"s3cret\"}}",
        "{\"goAway\":{\"timeLeft\":\"99999999999999999999999999999s\"}}",
        "{\"usageMetadata\":{\"totalTokenCount\":\"s3cret\"}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"data\":\"s3cret***\"}}]}}}" })
    void refusesWhatIsNoMessageWithoutQuotingIt(String json) {
        for (ThrowingCallable reading : List.<ThrowingCallable>of(() -> decode(json), () -> read(json))) {
            assertThatThrownBy(reading).isInstanceOf(GenAiLiveException.class)
                    .hasMessageContaining(json.length() + " bytes").hasMessageNotContaining("s3cret").hasNoCause();
        }
    }

    private ServerMessage read(String json) {
        return decoder.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private LiveServerMessage decode(String json) {
        return decoder.decode(json.getBytes(StandardCharsets.UTF_8));
    }
}
