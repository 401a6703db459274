package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions that run for one session. Sees to it that each call gets one answer: the result, or in a few words why there
 * is none; and none when it is cancelled. Thread-safe; never calls anybody under its lock.
 */
final class ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(ToolCalls.class);

    /** Far more than a model makes at a time. */
    private static final int MAX_RUNNING = 1_000;

    /** What the session does with answers. */
    interface Sender {

        /**
         * @return                    {@code false} when the session has ended or is ending
         * @throws GenAiLiveException when the answer is too large
         */
        boolean send(FunctionResponse response, SendCallback callback);

        void failTurn(GenAiLiveException failure);
    }

    private final SessionAddress address;
    private final ToolBox tools;
    private final Sender sender;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Running> running = new HashSet<>();
    private int inTurn;
    private boolean spokeOfResults;
    private long inSession;
    private boolean over;

    /**
     * @param tools {@code null} for none
     */
    ToolCalls(SessionAddress address, ToolBox tools, Sender sender) {
        this.address = address;
        this.tools = tools;
        this.sender = sender;
    }

    /** Whether the session runs functions by itself. */
    boolean isRunning() {
        return tools != null && tools.runs();
    }

    /** Whether that function is run by the session. */
    boolean runs(FunctionCall call) {
        return isRunning() && call.name().filter(tools::has).isPresent();
    }

    /** The model has gone on; a turn in which it spoke after its last call is the last of those that the calls belong to. */
    void onMessage(ServerMessage message, boolean turnEnded) {
        if (!isRunning()) {
            return;
        }
        lock.lock();
        try {
            spokeOfResults = message.toolCalls().isEmpty() && (spokeOfResults || message.hasModelTurn());
            if (turnEnded && spokeOfResults) {
                inTurn = 0;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a function.
     *
     * @param  call one of those that {@link #runs}
     * @return      what the model does meanwhile
     */
    ToolRun.Manner run(FunctionCall call) {
        Running started = new Running(call);
        String refusal = admit(started);
        if (refusal != null) {
            LOG.warn("The tool {} is not run for session {}: {}", call.name().orElse(""), address, refusal);
            started.answer(error(call, refusal), Running.UNHEARD);
            return ToolRun.Manner.AWAITED;
        }
        try {
            return started.begin(tools.call(address, call, started));
        } catch (RuntimeException e) {
            LOG.error("The tool {} could not be run for session {}", call.name().orElse(""), address, e);
            started.answer(error(call, "The tool failed."), Running.UNHEARD);
            return ToolRun.Manner.AWAITED;
        }
    }

    private String admit(Running started) {
        lock.lock();
        try {
            ToolLimits limits = tools.limits();
            String refusal = null;
            if (over) {
                refusal = "The session is being closed.";
            } else if (inTurn >= limits.perTurn()) {
                refusal = "There are too many function calls in this turn, no more than " + limits.perTurn() + " are run.";
            } else if (limits.perSession() > 0 && inSession >= limits.perSession()) {
                refusal = "There are too many function calls in this conversation, no more than " + limits.perSession()
                        + " are run.";
            } else if (running.size() >= MAX_RUNNING) {
                refusal = "Too many functions are running, no more than " + MAX_RUNNING + " at a time.";
            } else {
                inTurn++;
                inSession++;
            }
            running.add(started);
            return refusal;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody runs that function. Without an answer the model may wait for ever ({@code protocol} 4.4). */
    void refuse(FunctionCall call) {
        LOG.warn("The model has called the function {}, which no route and no consumer of session {} answers",
                call.name().orElse(""), address);
        Running unknown = new Running(call);
        lock.lock();
        try {
            running.add(unknown);
        } finally {
            lock.unlock();
        }
        List<String> known = isRunning()
                ? tools.declarations().stream().map(FunctionDeclaration::name).flatMap(Optional::stream).toList()
                : List.of();
        unknown.answer(error(call, "There is no such function." + (known.isEmpty() ? "" : " There are: " + known)),
                Running.UNHEARD);
    }

    /** The service does not want the answers to these calls any more. */
    void cancel(List<String> ids) {
        if (!ids.isEmpty()) {
            taken(each -> each.call.id().filter(ids::contains).isPresent()).forEach(Running::stop);
        }
    }

    /** The connection is lost; calls without an id are not known to any other. */
    void cancelUnnamed() {
        taken(each -> each.call.id().isEmpty()).forEach(Running::stop);
    }

    /** The session is about to end: what runs gets its answer now. */
    void close() {
        List<Running> left;
        lock.lock();
        try {
            over = true;
            left = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        for (Running each : left) {
            if (each.answer(error(each.call, "The session was closed before the tool had a result."), Running.UNHEARD)) {
                each.stop();
            }
        }
    }

    /** The session has ended. */
    void end() {
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
        taken(each -> true).forEach(Running::stop);
    }

    /** Those that are done now without an answer. */
    private List<Running> taken(Predicate<Running> which) {
        lock.lock();
        try {
            List<Running> taken = new ArrayList<>();
            for (Running each : List.copyOf(running)) {
                if (which.test(each)) {
                    each.done = true;
                    running.remove(each);
                    taken.add(each);
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private static FunctionResponse error(FunctionCall call, String text) {
        FunctionResponse.Builder response = FunctionResponse.builder().name(call.name().orElse(""))
                .response(Map.of("error", text));
        call.id().ifPresent(response::id);
        return response.build();
    }

    /** One call, until it has its answer or is cancelled. */
    private final class Running implements ToolAnswers {

        private static final SendCallback UNHEARD = (outcome, failure) -> {
        };

        private final FunctionCall call;
        private ToolRun run;
        /** Whether nothing is to be answered any more; guarded by the lock. */
        private boolean done;
        private boolean stopped;

        private Running(FunctionCall call) {
            this.call = call;
        }

        private ToolRun.Manner begin(ToolRun begun) {
            boolean late;
            lock.lock();
            try {
                run = begun;
                late = stopped;
            } finally {
                lock.unlock();
            }
            if (late) {
                begun.cancel();
            }
            return begun.manner();
        }

        private void stop() {
            ToolRun begun;
            lock.lock();
            try {
                stopped = true;
                begun = run;
            } finally {
                lock.unlock();
            }
            if (begun != null) {
                begun.cancel();
            }
        }

        @Override
        public boolean answer(FunctionResponse response, SendCallback sent) {
            boolean last = !response.willContinue().orElse(false);
            lock.lock();
            try {
                if (done) {
                    return false;
                }
                if (last) {
                    done = true;
                    running.remove(this);
                }
            } finally {
                lock.unlock();
            }
            return last ? sendLast(response, sent) : send(response, sent);
        }

        private boolean send(FunctionResponse response, SendCallback sent) {
            try {
                return sender.send(response, sent);
            } catch (GenAiLiveException e) {
                sent.onSent(null, e);
                return true;
            }
        }

        /** What cannot be told as it is must be told in other words. */
        private boolean sendLast(FunctionResponse response, SendCallback sent) {
            return send(response, (outcome, failure) -> {
                if (failure != null && !(failure instanceof LiveSessionClosedException)
                        && !(failure instanceof LiveSessionLostException)) {
                    LOG.warn("The result of the tool {} could not be sent in session {}: {}", call.name().orElse(""), address,
                            failure.getMessage());
                    send(error(call, "The result of the tool could not be sent."), UNHEARD);
                }
                sent.onSent(outcome, failure);
            });
        }

        @Override
        public void failTurn(GenAiLiveException failure) {
            sender.failTurn(failure);
        }
    }
}
