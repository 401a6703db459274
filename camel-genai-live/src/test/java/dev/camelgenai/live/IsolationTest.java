package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Routes that are slow, stuck or waiting hold up their own session and nobody else's. */
class IsolationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FLOOD = 4_000;
    private static final String PADDING = "x".repeat(10_000);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()));

    /** A route whose behaviour depends on the conversation: blocking a thread, waiting without one, or quick. */
    private final class Behaviour extends AsyncProcessorSupport {

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            String key = exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY, String.class);
            arrived.add(key);
            if (key.startsWith("blocked")) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else if (key.startsWith("waiting") && waiting) {
                parked.add(callback);
                return false;
            } else {
                exchange.getMessage().getBody(LiveServerMessage.class).serverContent()
                        .flatMap(content -> content.outputTranscription()).flatMap(transcript -> transcript.text())
                        .ifPresent(text -> texts.add(text.replace(PADDING, "")));
            }
            callback.done(true);
            return true;
        }
    }

    private final Set<String> arrived = ConcurrentHashMap.newKeySet();
    private final Queue<AsyncCallback> parked = new ConcurrentLinkedQueue<>();
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile boolean waiting = true;
    private CamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void startContext() throws Exception {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        options.setMaxSessions(2_000);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live").routeId("consumer").process(new Behaviour());
                from("direct:open").to("genai-live:gemini-3.8-live?operation=openSession");
                from("direct:send").to("genai-live:gemini-3.8-live?response=none");
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stopContext() {
        release.countDown();
        releaseParked();
        context.stop();
        // even of a thousand sessions
        await().atMost(PATIENCE).until(() -> Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .noneMatch(name -> name.contains("GenAiLive") || name.startsWith("genai-live")));
    }

    private void releaseParked() {
        for (AsyncCallback callback = parked.poll(); callback != null; callback = parked.poll()) {
            callback.done(false);
        }
    }

    private RecordedSession open(String key) {
        int known = EMULATOR.get().sessions().size();
        template.sendBodyAndHeader("direct:open", "", GenAiLiveConstants.SESSION_KEY, key);
        List<RecordedSession> sessions = EMULATOR.get().awaitSessions(known + 1, PATIENCE);
        return sessions.get(sessions.size() - 1);
    }

    private static String transcript(String text) {
        return "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + text + "\"}}}";
    }

    @Test
    void aRouteThatBlocksItsWorkerForEverHoldsUpNobodyElsesSession() {
        open("blocked");
        await().atMost(PATIENCE).until(() -> arrived.contains("blocked"));

        RecordedSession other = open("quick");
        other.send(transcript("goes on"));
        template.sendBodyAndHeader("direct:send", "and sends", GenAiLiveConstants.SESSION_KEY, "quick");

        await().atMost(PATIENCE).until(() -> texts.contains("goes on"));
        assertThat(other.awaitMessages(1, PATIENCE)).hasSize(1);
    }

    @Test
    void aThousandRoutesThatWaitAsynchronouslyHoldUpNobodyElsesSession() {
        for (int i = 0; i < 1_000; i++) {
            open("waiting-" + i);
        }
        await().atMost(PATIENCE).until(() -> parked.size() == 1_000);

        RecordedSession other = open("quick");
        other.send(transcript("goes on"));

        await().atMost(PATIENCE).until(() -> texts.contains("goes on"));
        assertThat(Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().contains("GenAiLiveWorker")).count())
                .as("workers").isLessThanOrEqualTo(24);
    }

    @Test
    void aSlowRouteStopsTheReadingOfItsSessionOnlyAndThenLosesNothing() {
        RecordedSession slow = open("waiting-slow");
        await().atMost(PATIENCE).until(() -> parked.size() == 1);
        RecordedSession quick = open("quick");
        GenAiLiveConsumer consumer = (GenAiLiveConsumer) context.getRoute("consumer").getConsumer();

        CompletableFuture<Void> lastFrame = CompletableFuture.completedFuture(null);
        for (int i = 0; i < FLOOD; i++) {
            lastFrame = slow.send(transcript(i + PADDING));
        }
        // the lane is full, and what one read of the socket has brought beyond that: far from the 4,000 that were sent
        await().atMost(PATIENCE).until(() -> consumer.pendingMessages() >= 256);
        quick.send(transcript("unaffected"));
        await().atMost(PATIENCE).until(() -> texts.contains("unaffected"));
        assertThat(consumer.pendingMessages()).as("messages held for the slow route").isLessThan(256 + 128);
        assertThat(lastFrame).as("the server cannot get rid of what nobody reads").isNotDone();

        texts.clear();
        waiting = false;
        releaseParked();

        await().atMost(PATIENCE).until(() -> texts.size() == FLOOD);
        assertThat(texts).containsExactlyElementsOf(IntStream.range(0, FLOOD).mapToObj(Integer::toString).toList());
        assertThat(lastFrame).succeedsWithin(PATIENCE);
    }
}
