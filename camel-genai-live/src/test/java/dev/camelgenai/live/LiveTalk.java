package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.Transcription;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that talks to an emulator: a route that asks and awaits the answer, one that only tells, one that listens and
 * wants all events, and one that listens and wants none.
 */
final class LiveTalk implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String SESSIONS = "genai-live:gemini-3.8-live?sessionGroup=talk";

    /** What is different from the defaults. */
    static final class Settings {

        final GenAiLiveComponent component = new GenAiLiveComponent();
        final GenAiLiveConfiguration options = component.getConfiguration();
        private boolean listens = true;

        private Settings(GenAiLiveEmulator service) {
            options.setBaseUrl(service.wsUrl());
            options.setApiKey("key");
            options.setReconnectInitialDelay(10);
        }

        /** Nobody but the caller hears what the service says. */
        void withoutListeners() {
            listens = false;
        }
    }

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final GenAiLiveComponent component;
    private final Queue<Exchange> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private final AsyncProducer asking;
    private final AsyncProducer telling;

    LiveTalk(GenAiLiveEmulator service, Consumer<Settings> changes) throws Exception {
        Settings settings = new Settings(service);
        changes.accept(settings);
        component = settings.component;
        context.addComponent("genai-live", component);
        context.getRegistry().bind("reporter", (ExceptionHandler) new Reporter());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to(SESSIONS + "&response=turn");
                from("direct:tell").to(SESSIONS + "&response=none");
                if (settings.listens) {
                    from(SESSIONS + "&sessionEvents=opened,resumed,reconnecting,goAway,closed")
                            .process(exchange -> heard.add(exchange.copy()));
                    from(SESSIONS + "&exceptionHandler=#reporter").process(exchange -> {
                    });
                }
            }
        });
        context.start();
        asking = context.getEndpoint("direct:ask").createAsyncProducer();
        asking.start();
        telling = context.getEndpoint("direct:tell").createAsyncProducer();
        telling.start();
    }

    /** The exceptions that the consumer without events gave to its exception handler. */
    private final class Reporter implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            reported.add(exception);
        }
    }

    // ---- what the application does; exchanges are handed over in the order of the calls

    CompletableFuture<LiveTurn> ask(Object body) {
        return ask(body, "default");
    }

    CompletableFuture<LiveTurn> ask(Object body, String key) {
        Exchange exchange = asking.getEndpoint().createExchange();
        exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
        exchange.getMessage().setBody(body);
        return hand(asking, exchange).thenApply(done -> done.getMessage().getBody(LiveTurn.class));
    }

    CompletableFuture<Exchange> tell(Object body) {
        Exchange exchange = telling.getEndpoint().createExchange();
        exchange.getMessage().setBody(body);
        return hand(telling, exchange);
    }

    /** Text that the model does not answer yet. */
    CompletableFuture<Exchange> note(String text) {
        Exchange exchange = telling.getEndpoint().createExchange();
        exchange.getMessage().setHeader(GenAiLiveConstants.TURN_COMPLETE, false);
        exchange.getMessage().setBody(text);
        return hand(telling, exchange);
    }

    private static CompletableFuture<Exchange> hand(AsyncProducer producer, Exchange exchange) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        producer.process(exchange, doneSync -> {
            if (exchange.getException() != null) {
                done.completeExceptionally(exchange.getException());
            } else {
                done.complete(exchange);
            }
        });
        return done;
    }

    /** Asks, waits, and returns the words of the answer. */
    String words(String question) {
        return result(ask(question)).outputTranscript();
    }

    static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("An exchange did not end well", e);
        }
    }

    static GenAiLiveException failure(CompletableFuture<?> future) {
        await().atMost(PATIENCE).until(future::isDone);
        Throwable thrown = future.handle((result, failure) -> failure).join();
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        assertThat(failure).isInstanceOf(GenAiLiveException.class);
        return (GenAiLiveException) failure;
    }

    // ---- what it hears

    List<Exchange> heard() {
        return List.copyOf(heard);
    }

    List<Throwable> reported() {
        return List.copyOf(reported);
    }

    List<Exchange> events(String kind) {
        return heard.stream().filter(exchange -> kind.equals(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT)))
                .toList();
    }

    Exchange awaitEvent(String kind) {
        return awaitEvents(kind, 1).get(0);
    }

    List<Exchange> awaitEvents(String kind, int number) {
        await().atMost(PATIENCE).until(() -> events(kind).size() >= number);
        return events(kind);
    }

    Stream<LiveServerMessage> messages() {
        return heard.stream().map(exchange -> exchange.getMessage().getBody()).filter(LiveServerMessage.class::isInstance)
                .map(LiveServerMessage.class::cast);
    }

    /** The resumption handles that the service gave, in order. */
    List<String> handles() {
        return messages().flatMap(message -> message.sessionResumptionUpdate().stream())
                .filter(update -> update.resumable().orElse(false))
                .flatMap((LiveServerSessionResumptionUpdate update) -> update.newHandle().stream()).toList();
    }

    /** Waits for that many handles; the first comes with the session, the others with the ends of turns. */
    String awaitHandle(int number) {
        await().atMost(PATIENCE).until(() -> handles().size() >= number);
        return handles().get(number - 1);
    }

    /** Everything that the model said. */
    String spoken() {
        return messages().flatMap(message -> message.serverContent().stream())
                .flatMap((LiveServerContent content) -> content.outputTranscription().stream())
                .flatMap((Transcription part) -> part.text().stream()).collect(Collectors.joining());
    }

    List<LiveSession> sessions() {
        return List.copyOf(component.sessions().all());
    }

    @Override
    public void close() {
        context.stop();
    }
}
