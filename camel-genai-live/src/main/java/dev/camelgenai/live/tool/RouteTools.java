package dev.camelgenai.live.tool;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.ToolAnswers;
import dev.camelgenai.live.session.ToolBox;
import dev.camelgenai.live.session.ToolLimits;
import dev.camelgenai.live.session.ToolRun;

/** Offers the routes that are tools to the sessions of a group, and runs them in parallel. */
final class RouteTools implements ToolBox {

    private final LiveToolRegistry registry;
    private final Set<String> tags;
    private final ToolTerms terms;
    private final Executor workers;
    private final ScheduledExecutorService timer;
    /** The names of those that were ever declared: the model may still know of one whose route is stopped. */
    private final Set<String> offered = ConcurrentHashMap.newKeySet();

    RouteTools(LiveToolRegistry registry, ToolTerms terms, Executor workers, ScheduledExecutorService timer) {
        this.registry = registry;
        this.tags = ToolSpec.list(terms.tags());
        this.terms = terms;
        this.workers = workers;
        this.timer = timer;
    }

    @Override
    public List<FunctionDeclaration> declarations() {
        return registry.tagged(tags).stream().map(tool -> {
            offered.add(tool.spec().name());
            return tool.spec().declaration();
        }).toList();
    }

    @Override
    public boolean runs() {
        return terms.runs();
    }

    @Override
    public boolean has(String function) {
        return offered.contains(function);
    }

    @Override
    public ToolLimits limits() {
        return terms.limits();
    }

    @Override
    public ToolRun call(SessionAddress session, FunctionCall call, ToolAnswers answers) {
        GenAiLiveToolConsumer tool = registry.find(call.name().orElse(""));
        // it may be another than the one that was offered, for other endpoints
        if (tool == null || !tool.spec().isOfferedTo(tags)) {
            return ToolInvocation.unavailable(call, answers);
        }
        ToolInvocation invocation = new ToolInvocation(tool, session, call, answers, terms, workers, timer);
        invocation.begin();
        return invocation;
    }
}
