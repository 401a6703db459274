package dev.camelgenai.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class OrderTest {

    private static final int THREADS = 8;
    private static final int MESSAGES = 10_000;

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().contextWindow(Integer.MAX_VALUE).scenario(Scenarios.silent()));

    @Test
    void eachSendersMessagesArriveInItsOrderNoneLostNoneDoubled() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
            options.setBaseUrl(EMULATOR.get().wsUrl());
            options.setApiKey("key");
            context.start();
            // nobody waits for the fate of a message before sending the next, so all may be in the outbox at once
            AsyncProducer producer = context.getEndpoint("genai-live:gemini-3.8-live?response=none&operation=sendRealtimeInput"
                    + "&outboxMaxMessages=80000&outboxMaxBytes=64MB").createAsyncProducer();
            producer.start();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            CountDownLatch completed = new CountDownLatch(THREADS * MESSAGES);
            List<Thread> senders = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int sender = t;
                Thread thread = new Thread(() -> {
                    for (int n = 0; n < MESSAGES; n++) {
                        Exchange exchange = producer.getEndpoint().createExchange();
                        exchange.getMessage().setBody(sender + ":" + n);
                        producer.process(exchange, doneSync -> {
                            if (exchange.getException() != null) {
                                failures.add(exchange.getException());
                            }
                            completed.countDown();
                        });
                    }
                });
                senders.add(thread);
                thread.start();
            }

            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(completed.await(2, TimeUnit.MINUTES)).as("every send completes").isTrue();

            assertThat(failures).isEmpty();
            RecordedSession session = EMULATOR.get().sessions().get(0);
            List<RecordedMessage> received = session.awaitMessages(THREADS * MESSAGES, Duration.ofMinutes(1));
            assertThat(received).hasSize(THREADS * MESSAGES);
            int[] next = new int[THREADS];
            for (RecordedMessage message : received) {
                String[] parts = message.json().at("/realtimeInput/text").asText().split(":");
                int sender = Integer.parseInt(parts[0]);
                assertThat(Integer.parseInt(parts[1])).isEqualTo(next[sender]++);
            }
            assertThat(next).containsOnly(MESSAGES);
            producer.stop();
        }
    }
}
