package dev.camelgenai.live;

import java.util.Map;

import com.google.genai.types.FunctionResponse;
import dev.camelgenai.emulator.scenario.Answer;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ScriptedScenario;

/** The model that both sides of docs/coming-from-the-sdk.adoc talk to. */
final class SdkGuideScenario {

    static final String CALL = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"%s\",\"name\":\"get_weather\","
            + "\"args\":{\"location\":\"Rome\"}}]}}";
    static final String CANCELLATION = "{\"toolCallCancellation\":{\"ids\":[\"%s\"]}}";

    private static final int SPOKEN_MILLIS = 600;
    private static final int SILENT_MILLIS = 1_500;
    private static final int BYTES_PER_MILLISECOND = 32;

    private SdkGuideScenario() {
    }

    static Scenario scenario() {
        return ScriptedScenario.builder()
                .whenText("weather in (?<city>\\w+)").then(answer -> answer.call("get_weather", Map.of("location", "${city}"))
                        .say("It is ${result.output}."))
                .whenText("say nothing").then(answer -> {
                })
                .whenAudio().then(Answer::playBack)
                .otherwise(answer -> answer.say("You said: ${text}")).build();
    }

    /** Words and a silence after them, 16 kHz. */
    static byte[] speech() {
        byte[] samples = new byte[(SPOKEN_MILLIS + SILENT_MILLIS) * BYTES_PER_MILLISECOND];
        for (int i = 0; i < SPOKEN_MILLIS * BYTES_PER_MILLISECOND / 2; i++) {
            short sample = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / 16_000));
            samples[2 * i] = (byte) sample;
            samples[2 * i + 1] = (byte) (sample >> 8);
        }
        return samples;
    }

    /** How much of that comes back at the least, at 24 kHz: half of the words. */
    static int enoughPlayed() {
        return SPOKEN_MILLIS * BYTES_PER_MILLISECOND * 3 / 2 / 2;
    }

    static FunctionResponse answerTo(String callId) {
        return FunctionResponse.builder().id(callId).name("get_weather").response(Map.of("temperature", 72)).build();
    }
}
