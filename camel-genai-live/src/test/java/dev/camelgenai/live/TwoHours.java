package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.media.Sound;
import dev.camelgenai.live.media.Sound.WavForm;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * An application that sends a recording of two hours to an emulator in the same process. Prints how many messages arrived.
 */
final class TwoHours {

    static final int SECONDS = 7_200;
    static final int CHUNK_MILLIS = 500;
    private static final int RATE = 8_000;
    private static final int FRAME_BYTES = 4;

    private TwoHours() {
    }

    public static void main(String[] arguments) throws Exception {
        GenAiLiveEmulator.Builder builder = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent())
                .recordMessages(10);
        try (GenAiLiveEmulator service = builder.start(); DefaultCamelContext context = new DefaultCamelContext()) {
            GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
            options.setBaseUrl(service.wsUrl());
            options.setApiKey("key");
            context.start();
            String uri = "genai-live:gemini-3.8-live?response=none&chunkMillis=" + CHUNK_MILLIS;
            InputStream recording = new SequenceInputStream(
                    new ByteArrayInputStream(
                            Sound.header(WavForm.PCM_16, 2, RATE, (long) SECONDS * RATE * FRAME_BYTES, false)),
                    new Silence((long) SECONDS * RATE * FRAME_BYTES));
            Object body = arguments.length > 0 ? recording.readAllBytes() : recording;

            context.createProducerTemplate().sendBody(uri, body);

            long count = service.awaitSessions(1, Duration.ofSeconds(20)).get(0).messageCount();
            for (long end = System.nanoTime() + Duration.ofSeconds(20).toNanos(); count < SECONDS * 1_000 / CHUNK_MILLIS
                    && System.nanoTime() < end; count = service.sessions().get(0).messageCount()) {
                Thread.onSpinWait();
            }
            System.out.println("messages=" + count);
        }
    }

    /** No more than a little noise, so that nobody takes it for speech; never in memory. */
    private static final class Silence extends InputStream {

        private long left;

        private Silence(long bytes) {
            left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 1 : -1;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            for (int i = 0; i < count; i++) {
                into[at + i] = (byte) (i % 2 == 0 ? i % 7 : 0);
            }
            left -= count;
            return count;
        }
    }
}
