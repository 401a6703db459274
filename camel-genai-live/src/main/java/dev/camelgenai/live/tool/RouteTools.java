package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.ToolBox;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs routes as tools, in parallel. Each call gets one answer: the result of the route, or in a few words why there is none.
 * What went wrong is told in the log; the model gets no details, which it might repeat to the user.
 */
final class RouteTools implements ToolBox {

    private static final Logger LOG = LoggerFactory.getLogger(RouteTools.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, GenAiLiveToolConsumer> tools = new LinkedHashMap<>();
    private final Duration timeout;
    private final Executor workers;
    private final ScheduledExecutorService timer;

    RouteTools(List<GenAiLiveToolConsumer> tools, Duration timeout, Executor workers, ScheduledExecutorService timer) {
        tools.forEach(tool -> this.tools.put(tool.spec().name(), tool));
        this.timeout = timeout;
        this.workers = workers;
        this.timer = timer;
    }

    @Override
    public List<FunctionDeclaration> declarations() {
        return tools.values().stream().map(tool -> tool.spec().declaration()).toList();
    }

    @Override
    public boolean call(SessionAddress session, FunctionCall call, Consumer<FunctionResponse> answer) {
        GenAiLiveToolConsumer tool = tools.get(call.name().orElse(""));
        if (tool == null) {
            return false;
        }
        Invocation invocation = new Invocation(tool, session, call, answer);
        try {
            workers.execute(invocation::run);
            invocation.expireAfter(timeout);
        } catch (RejectedExecutionException e) {
            LOG.debug("The tool {} is not run: the component is being shut down", call.name().orElse(""), e);
            invocation.answer(error("The tool is not available any more."));
        }
        return true;
    }

    private static Map<String, Object> error(String text) {
        return Map.of("error", text);
    }

    /** One call, from the arguments to the one answer. */
    private final class Invocation {

        private final GenAiLiveToolConsumer tool;
        private final SessionAddress session;
        private final FunctionCall call;
        private final Consumer<FunctionResponse> answer;
        private final AtomicBoolean answered = new AtomicBoolean();
        private volatile ScheduledFuture<?> deadline;

        private Invocation(GenAiLiveToolConsumer tool, SessionAddress session, FunctionCall call,
                Consumer<FunctionResponse> answer) {
            this.tool = tool;
            this.session = session;
            this.call = call;
            this.answer = answer;
        }

        private String name() {
            return tool.spec().name();
        }

        private void expireAfter(Duration time) {
            deadline = timer.schedule(() -> {
                if (answer(error("The tool did not answer in time."))) {
                    tool.getExceptionHandler().handleException("The tool " + name() + " did not answer session "
                            + session.key() + " within toolTimeout=" + time.toMillis() + "ms",
                            new TimeoutException("toolTimeout"));
                }
            }, time.toMillis(), TimeUnit.MILLISECONDS);
            if (answered.get()) {
                deadline.cancel(false);
            }
        }

        private void run() {
            ToolArguments arguments = ToolArguments.check(tool.spec(), call.args().orElse(Map.of()));
            if (arguments.trouble() != null) {
                LOG.debug("Session {} called the tool {} with arguments that do not fit: {}", session.key(), name(),
                        arguments.trouble());
                answer(error(arguments.trouble()));
                return;
            }
            if (!tool.isRunAllowed() || tool.isSuspended()) {
                answer(error("The tool is not available any more."));
                return;
            }
            Exchange exchange = tool.createExchange(false);
            exchange.setPattern(ExchangePattern.InOut);
            Message in = exchange.getMessage();
            arguments.values().forEach(in::setHeader);
            in.setHeader(GenAiLiveToolConstants.SESSION_KEY, session.key());
            in.setHeader(GenAiLiveToolConstants.TOOL_NAME, name());
            call.id().ifPresent(id -> in.setHeader(GenAiLiveToolConstants.TOOL_CALL_ID, id));
            in.setBody(arguments.body());
            tool.getAsyncProcessor().process(exchange, doneSync -> finish(exchange));
        }

        private void finish(Exchange exchange) {
            try {
                if (exchange.getException() != null) {
                    tool.getExceptionHandler().handleException("The tool " + name() + " failed, called by session "
                            + session.key(), exchange, exchange.getException());
                    answer(error("The tool failed."));
                } else {
                    answer(result(exchange.getMessage()));
                }
            } catch (RuntimeException e) {
                tool.getExceptionHandler().handleException("The result of the tool " + name() + " cannot be told to the model",
                        exchange, e);
                answer(error("The tool failed."));
            } finally {
                tool.releaseExchange(exchange, false);
            }
        }

        /** A Map is told as it is, anything else as the output. */
        private Map<String, Object> result(Message out) {
            Object body = out.getBody();
            if (body instanceof FunctionResponse response) {
                return response.response().orElse(Map.of());
            }
            if (body instanceof Map<?, ?> || body instanceof JsonNode node && node.isObject()) {
                return JSON.convertValue(body, JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class,
                        Object.class));
            }
            if (body == null) {
                return Map.of("output", "");
            }
            if (body instanceof Number || body instanceof Boolean || body instanceof String) {
                return Map.of("output", body);
            }
            if (body instanceof Iterable<?> || body instanceof Object[] || body instanceof JsonNode) {
                return Map.of("output", JSON.convertValue(body, Object.class));
            }
            return Map.of("output", Optional.ofNullable(out.getBody(String.class)).orElseGet(body::toString));
        }

        /** @return whether this is the answer */
        private boolean answer(Map<String, Object> result) {
            if (!answered.compareAndSet(false, true)) {
                return false;
            }
            ScheduledFuture<?> pending = deadline;
            if (pending != null) {
                pending.cancel(false);
            }
            FunctionResponse.Builder response = FunctionResponse.builder().name(name()).response(result);
            call.id().ifPresent(response::id);
            answer.accept(response.build());
            return true;
        }
    }
}
