package dev.camelgenai.live;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More input than the socket takes at once: it is written by the thread of the route and, when the socket has room again, by
 * the event loop. The one must not overtake the other.
 */
class LongInputTest {

    private static final int CHUNKS = 3_000;
    private static final int CHUNK_BYTES = 640;

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()));

    @RepeatedTest(10)
    void arrivesInOrder() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
            options.setBaseUrl(EMULATOR.get().wsUrl());
            options.setApiKey("key");
            context.start();
            String uri = "genai-live:gemini-3.8-live?response=none&operation=";
            context.createProducerTemplate().requestBody(uri + "openSession", (Object) null);
            List<byte[]> speech = IntStream.range(0, CHUNKS)
                    .mapToObj(n -> ByteBuffer.allocate(CHUNK_BYTES).putInt(n).array()).toList();

            context.createProducerTemplate().requestBody(uri + "sendRealtimeInput", speech);

            RecordedSession session = EMULATOR.get().sessions().get(0);
            assertThat(session.awaitMessages(CHUNKS, Duration.ofSeconds(30)))
                    .extracting(message -> ByteBuffer.wrap(Base64.getDecoder()
                            .decode(message.json().at("/realtimeInput/audio/data").asText())).getInt())
                    .containsExactlyElementsOf(IntStream.range(0, CHUNKS).boxed().toList());
        }
    }
}
