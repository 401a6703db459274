package dev.camelgenai.live;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.google.genai.types.Blob;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveServerMessage;
import com.sun.management.ThreadMXBean;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a message costs in heap, and a session in threads. Counted, not timed, so that it holds on every machine. Only the
 * threads of the component count, and the one that sends; the emulator has its own.
 */
@Timeout(120)
class HotPathCostTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MODEL = "gemini-3.8-live";
    /** So many are on their way at a time. */
    private static final int WINDOW = 64;
    private static final int ROUND = 5_000;
    /** The compiler needs its time, and objects that it will do without are there until then. */
    private static final int MAX_ROUNDS = 60;
    /** 20 ms at 16 kHz. */
    private static final byte[] CHUNK = new byte[640];
    /** 40 ms at 24 kHz, as the service sends it. */
    private static final String AUDIO = "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":[{\"inlineData\":"
            + "{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\""
            + Base64.getEncoder().encodeToString(new byte[1920]) + "\"}}]}}}";
    private static final int MAX_THREADS = 56;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF)
            .pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()).recordMessages(1).start();
    private final CamelContext context = new DefaultCamelContext();
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicInteger received = new AtomicInteger();
    private GenAiLiveComponent component;

    @BeforeEach
    void configure() {
        component = context.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setBaseUrl(emulator.wsUrl());
        component.getConfiguration().setApiKey("key");
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        emulator.close();
    }

    private void start(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        context.start();
    }

    /** Does something that costs heap. */
    private interface Work {

        /** @return bytes that are not to count */
        long run() throws InterruptedException;
    }

    /** Sends one message, and has the window released when that is done. */
    private interface Sending {

        void send() throws InterruptedException;
    }

    /** In some round the work costs less than the ceiling; what it costs in the best is printed. */
    private static void assertCostsLessThan(long ceiling, String what, Work work) throws InterruptedException {
        long best = Long.MAX_VALUE;
        int rounds = 0;
        while (best >= ceiling && rounds++ < MAX_ROUNDS) {
            Map<Long, Long> before = allocated();
            long foreign = work.run();
            // threads that are new have allocated all of theirs since
            long bytes = allocated().entrySet().stream()
                    .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                    .sum();
            best = Math.min(best, (bytes - foreign) / ROUND);
        }
        System.out.println("Heap for " + what + ": " + best + " bytes after " + rounds + " rounds of " + ROUND);
        assertThat(best).as("bytes of heap for " + what).isLessThan(ceiling);
    }

    private static Set<Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("genai-live-io")
                        || thread.getName().contains("GenAiLive"))
                .map(Thread::getId).collect(Collectors.toSet());
    }

    /** Bytes by thread. */
    private static Map<Long, Long> allocated() {
        return threads().stream().collect(Collectors.toMap(id -> id, THREADS::getThreadAllocatedBytes));
    }

    private long sendAll(int messages, Sending sending) throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            window.acquire();
            sending.send();
        }
        assertThat(window.tryAcquire(WINDOW, PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("all messages were sent").isTrue();
        window.release(WINDOW);
        return 0;
    }

    @Test
    void aChunkOfAudioCostsTheSessionLittle() throws Exception {
        start(saying());
        SessionAddress address = new SessionAddress("cost", "default");
        component.sessions().open(address).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        ClientMessage chunk = new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                .audio(Blob.builder().data(CHUNK).mimeType("audio/pcm;rate=16000").build()).build());

        assertCostsLessThan(2_560, "a chunk through the session layer",
                () -> sendAll(ROUND, () -> component.sessions().send(address, List.of(chunk), (outcome, failure) -> {
                    if (failure == null) {
                        window.release();
                    }
                })));
    }

    @Test
    void aChunkOfAudioCostsARouteLittle() throws Exception {
        start(saying());
        ProducerTemplate template = context.createProducerTemplate();
        template.requestBody("genai-live:" + MODEL + "?sessionGroup=cost&operation=openSession", (Object) null);

        assertCostsLessThan(5_120, "a chunk through a route", () -> sendAll(ROUND, () -> {
            Exchange exchange = context.getEndpoint("direct:say").createExchange(ExchangePattern.InOnly);
            exchange.getMessage().setBody(CHUNK);
            template.asyncSend("direct:say", exchange).thenAccept(sent -> {
                if (!sent.isFailed()) {
                    window.release();
                }
            });
        }));
    }

    private static RouteBuilder saying() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:say").to("genai-live:" + MODEL + "?sessionGroup=cost&response=none");
            }
        };
    }

    @Test
    void anAudioMessageCostsARouteLittle() throws Exception {
        start(consuming("&deliver=message", LiveServerMessage.class));

        assertCostsLessThan(6_500, "an audio message as LiveServerMessage to a route", this::receive);
    }

    @Test
    void anAudioEventCostsARouteLess() throws Exception {
        start(consuming("&deliver=event&events=audio", byte[].class));

        assertCostsLessThan(6_200, "an audio event to a route", this::receive);
    }

    private RouteBuilder consuming(String options, Class<?> type) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:" + MODEL + "?sessionStart=onStart" + options).process(exchange -> {
                    if (type.isInstance(exchange.getMessage().getBody())) {
                        received.incrementAndGet();
                    }
                });
            }
        };
    }

    /** What the emulator's side of it costs this thread does not count. */
    private long receive() throws InterruptedException {
        RecordedSession session = emulator.sessions().get(0);
        long sender = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(sender);
        int all = received.get() + ROUND;
        sendAll(ROUND, () -> session.send(AUDIO).whenComplete((sent, failure) -> window.release()));
        await().atMost(PATIENCE).until(() -> received.get() >= all);
        return THREADS.getThreadAllocatedBytes(sender) - before;
    }

    @Test
    void sessionsShareAFewThreads() throws Exception {
        int sessions = 300;
        start(consuming("&deliver=event&events=audio", byte[].class));
        List<CompletableFuture<LiveSession>> opened = IntStream.range(0, sessions)
                .mapToObj(i -> component.sessions().open(new SessionAddress(MODEL, "session-" + i)).toCompletableFuture())
                .toList();
        CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        emulator.sessions().forEach(session -> session.send(AUDIO));
        await().atMost(PATIENCE).until(() -> received.get() > sessions);

        assertThat(threads()).as("threads of the component, and this one").hasSizeLessThanOrEqualTo(MAX_THREADS);
    }
}
