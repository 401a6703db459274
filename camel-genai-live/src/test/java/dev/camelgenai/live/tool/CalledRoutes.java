package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.AsyncProcessorSupport;

/** The tools, one for each {@link CalledKind} that there is a route for, and what they saw. */
final class CalledRoutes extends RouteBuilder {

    private static final Set<String> DECLARED = Set.of(CallLedger.REF, "amount", "colour", "ratio", "agreed", "note");

    /** In the order of their beginning. */
    final Queue<CallLedger.Run> runs = new ConcurrentLinkedQueue<>();
    /** What should not have reached a route. */
    final Queue<String> breaches = new ConcurrentLinkedQueue<>();
    final AtomicInteger interrupted = new AtomicInteger();
    final AtomicInteger bookings = new AtomicInteger();
    final AtomicInteger booked = new AtomicInteger();
    private final Map<String, CompletableFuture<Void>> gates = new ConcurrentHashMap<>();

    private static String question(Exchange exchange) {
        String ref = exchange.getMessage().getHeader(CallLedger.REF, String.class);
        return ref.substring(0, ref.indexOf('/'));
    }

    private CompletableFuture<Void> gate(String question) {
        return gates.computeIfAbsent(question, name -> new CompletableFuture<>());
    }

    /** The routes that were called in answer to a question may end. */
    void release(String question) {
        gate(question).complete(null);
    }

    /** Those apart that are to end after their time. */
    void releaseSleepers() {
        CompletableFuture<Void> gate = gates.remove("sleepers");
        if (gate != null) {
            gate.complete(null);
        }
    }

    /** How many of them have begun. */
    long begun(String question, CalledKind kind) {
        return runs.stream().filter(run -> run.tool().equals(kind.function()) && run.nonce().startsWith(question + "/"))
                .count();
    }

    @Override
    public void configure() {
        errorHandler(noErrorHandler());
        getContext().getRegistry().bind("quiet", (ExceptionHandler) new Quiet());
        tool(CalledKind.QUICK, "").process(CalledRoutes::result);
        tool(CalledKind.SLOW, "").process(exchange -> {
            try {
                gate(question(exchange)).get(60, TimeUnit.SECONDS);
                result(exchange);
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
        });
        tool(CalledKind.HELD, "&behavior=BLOCKING").process(waiting(false, null));
        tool(CalledKind.BOOKING, "&cancellable=false").process(exchange -> bookings.incrementAndGet())
                .process(waiting(false, booked));
        tool(CalledKind.SLEEPY, "&timeout=150").process(waiting(true, null));
        tool(CalledKind.FAILING, "").process(exchange -> {
            throw new IllegalStateException("secret of the database");
        });
        tool(CalledKind.THREADED, "").threads(2, 4).process(CalledRoutes::result);
        tool(CalledKind.QUEUED, "").to("seda:queued?waitForTaskToComplete=Always&timeout=0&size=10000");
        from("seda:queued?concurrentConsumers=2&size=10000").process(CalledRoutes::result);
        tool(CalledKind.STREAMING, "").process(exchange -> {
            String ref = ref(exchange);
            exchange.getMessage().setBody(List.of(part(ref, 1), part(ref, 2), part(ref, 3)).iterator());
        });
        tool(CalledKind.HOSTILE, "&parameter.amount=integer&parameter.amount.required=true&parameter.colour=string"
                + "&parameter.colour.enum=red,green&parameter.ratio=number&parameter.agreed=boolean&parameter.note=string")
                .process(this::inspect).process(CalledRoutes::result);
    }

    private ProcessorDefinition<?> tool(CalledKind kind, String options) {
        return from("genai-live-tool:" + kind.function() + "?tags=all&description=Tool&exceptionHandler=#quiet"
                + "&parameter.ref=string&parameter.ref.required=true" + options).routeId(kind.function())
                .process(exchange -> runs.add(new CallLedger.Run(kind.function(), ref(exchange),
                        exchange.getMessage().getHeader(GenAiLiveToolConstants.TOOL_CALL_ID, String.class),
                        exchange.getMessage().getHeader(GenAiLiveToolConstants.SESSION_KEY, String.class))));
    }

    private static String ref(Exchange exchange) {
        return exchange.getMessage().getHeader(CallLedger.REF, String.class);
    }

    private static void result(Exchange exchange) {
        exchange.getMessage().setBody(Map.of(CallLedger.REF, ref(exchange)));
    }

    private static Map<String, Object> part(String ref, int number) {
        return Map.of(CallLedger.REF, ref, "part", number);
    }

    /** Ends when it is let, and holds no thread until then. */
    private AsyncProcessor waiting(boolean sleeps, AtomicInteger ended) {
        return new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                gate(sleeps ? "sleepers" : question(exchange)).whenCompleteAsync((opened, failure) -> {
                    result(exchange);
                    if (ended != null) {
                        ended.incrementAndGet();
                    }
                    callback.done(false);
                });
                return false;
            }
        };
    }

    /** Arguments become headers, and so could steer the route. */
    private void inspect(Exchange exchange) {
        Message in = exchange.getMessage();
        List<String> unasked = new ArrayList<>(in.getHeaders().keySet());
        unasked.removeAll(DECLARED);
        unasked.removeAll(Set.of(GenAiLiveToolConstants.SESSION_KEY, GenAiLiveToolConstants.TOOL_NAME,
                GenAiLiveToolConstants.TOOL_CALL_ID));
        if (!unasked.isEmpty()) {
            breaches.add("headers " + unasked);
        }
        Map<?, ?> body = in.getBody(Map.class);
        if (!DECLARED.containsAll(body.keySet())) {
            breaches.add("arguments " + body.keySet());
        }
        if (!(in.getHeader("amount") instanceof Long amount) || amount != 1
                || !List.of("red", "green", "").contains(in.getHeader("colour", "", String.class))) {
            breaches.add("amount " + in.getHeader("amount") + ", colour " + in.getHeader("colour"));
        }
    }

    /** Many are to fail; their stack traces are of no use. */
    private static final class Quiet implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            // expected
        }

        @Override
        public void handleException(String message, Throwable exception) {
            // expected
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            // expected
        }
    }
}
