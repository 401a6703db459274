package dev.camelgenai.live;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Producers and endpoints under unusual conditions: full or stopped pools, groups that come and go, many callers. */
class ProducerEdgeTest {

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("right-key"));

    private DefaultCamelContext context;
    private GenAiLiveComponent component;

    @BeforeEach
    void create() {
        context = new DefaultCamelContext();
        component = new GenAiLiveComponent();
        component.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        component.getConfiguration().setApiKey("right-key");
        component.getConfiguration().setOutputTranscription(true);
    }

    private void start() {
        context.addComponent("genai-live", component);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** CompletableFuture.minimalCompletionStage wraps the failure in a CompletionException. */
    @Test
    void openSessionFailsWithTheExceptionItself() {
        component.getConfiguration().setApiKey("wrong-key");
        start();
        ProducerTemplate template = context.createProducerTemplate();
        Exchange exchange = template.send("genai-live:gemini-3.8-live?operation=openSession", e -> e.getMessage().setBody(""));
        assertThat(exchange.getException()).isInstanceOf(GenAiLiveException.class);
    }

    /** A pool as Camel's ThreadPoolBuilder makes it: when it is full, an event loop would run the route. */
    @Test
    void aWorkerPoolWithABoundIsRefused() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1),
                new ThreadPoolExecutor.CallerRunsPolicy());
        component.setWorkerPool(pool);

        assertThatThrownBy(this::start).hasStackTraceContaining("workerPool")
                .hasStackTraceContaining("maxQueueSize=2147483647");
    }

    /** Camel's pools never throw RejectedExecutionException: CallerRunsPolicy drops silently after shutdown. */
    @Test
    void anExchangeEndsEvenWhenTheWorkersAreShutDown() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(1);
        component.setWorkerPool(pool);
        start();
        AsyncProducer producer = context.getEndpoint("genai-live:gemini-3.8-live?response=none").createAsyncProducer();
        producer.start();
        pool.shutdownNow();
        CountDownLatch done = new CountDownLatch(1);
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setBody("hello");
        producer.process(exchange, sync -> done.countDown());
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        producer.stop();
    }

    /** A group whose endpoints are all gone, but which had a session when the last one left. */
    @Test
    void aGroupThatNobodyUsesAnyMoreDoesNotPinItsModel() throws Exception {
        start();
        Endpoint first = context.getEndpoint("genai-live:gemini-3.8-live?sessionGroup=g&response=none");
        AsyncProducer producer = first.createAsyncProducer();
        producer.start();
        Exchange exchange = first.createExchange();
        exchange.getMessage().setBody("hello");
        producer.process(exchange);
        producer.stop();
        first.stop();
        component.sessions().closeGroup("g").toCompletableFuture().get(5, TimeUnit.SECONDS);
        context.getEndpoint("genai-live:gemini-2.5-flash-native-audio?sessionGroup=g").start();
    }

    /** Un-awaited input that the service answers in fewer turns than there were inputs. */
    @Test
    void anAskAfterABurstOfUnawaitedTextsIsAnswered() throws Exception {
        start();
        AsyncProducer none = context.getEndpoint("genai-live:gemini-3.8-live?response=none&operation=sendRealtimeInput")
                .createAsyncProducer();
        none.start();
        for (int i = 0; i < 5; i++) {
            Exchange exchange = none.getEndpoint().createExchange();
            exchange.getMessage().setBody("burst " + i);
            none.process(exchange, done -> {
            });
        }
        Exchange answer = context.createProducerTemplate().send("genai-live:gemini-3.8-live?response=turn&turnTimeout=8000",
                e -> e.getMessage().setBody("question"));
        assertThat(answer.getException()).isNull();

        none.stop();
    }

    /** Asking in 16 threads on one session, with un-awaited sends among them: everybody hears its own answer. */
    @Test
    void everyCallerHearsItsOwnAnswer() throws Exception {
        start();
        ProducerTemplate template = context.createProducerTemplate();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
        Thread[] threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            int id = t;
            threads[t] = new Thread(() -> {
                for (int n = 0; n < 30; n++) {
                    String text = "q-" + id + "-" + n;
                    if (id % 2 == 0) {
                        template.send("genai-live:gemini-3.8-live?response=none", e -> e.getMessage().setBody("none " + text));
                        continue;
                    }
                    Exchange out = template.send("genai-live:gemini-3.8-live?response=turn&turnTimeout=20000",
                            e -> e.getMessage().setBody(text));
                    if (out.getException() != null) {
                        failed.add(out.getException());
                    } else {
                        dev.camelgenai.live.session.LiveTurn turn = out.getMessage()
                                .getBody(dev.camelgenai.live.session.LiveTurn.class);
                        String said = turn.text() + turn.outputTranscript();
                        boolean cutShort = turn.interrupted() && !said.contains("q-");
                        if (!cutShort && (!java.util.Arrays.asList(said.split(" ")).contains(text) || said.contains("none"))) {
                            wrong.add(text + " heard " + said);
                        }
                    }
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
        }
        assertThat(wrong).isEmpty();
        assertThat(failed).isEmpty();
    }
}
