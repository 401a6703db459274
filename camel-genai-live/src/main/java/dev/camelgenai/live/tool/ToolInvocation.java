package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.BaseStream;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.FunctionResponseScheduling;
import dev.camelgenai.live.error.LiveToolException;
import dev.camelgenai.live.session.SendCallback;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.ToolAnswers;
import dev.camelgenai.live.session.ToolRun;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a tool, from the arguments to the answer. The model is told in a few words what went wrong, without details, which
 * it might repeat to the user; these are in the log, or go where the exception handler of the route's consumer takes them.
 */
final class ToolInvocation implements ToolRun {

    private static final Logger LOG = LoggerFactory.getLogger(ToolInvocation.class);

    private static final String UNAVAILABLE = "The tool is not available any more.";
    private static final SendCallback UNHEARD = (outcome, failure) -> {
    };

    private final GenAiLiveToolConsumer tool;
    private final ToolSpec spec;
    private final SessionAddress session;
    private final FunctionCall call;
    private final ToolAnswers answers;
    private final ToolTerms terms;
    private final Executor workers;
    private final ScheduledExecutorService timer;
    private final boolean background;
    private final Duration timeout;
    private final Runnable entered = this::runOnWorker;

    private final ReentrantLock lock = new ReentrantLock();
    /** Whether nobody wants anything from it any more. */
    private boolean over;
    private boolean left;
    /** Where it runs, for as long as it may be interrupted there. */
    private Thread thread;
    private Thread interrupted;
    private Exchange exchange;
    private ScheduledFuture<?> deadline;

    ToolInvocation(GenAiLiveToolConsumer tool, SessionAddress session, FunctionCall call, ToolAnswers answers, ToolTerms terms,
            Executor workers, ScheduledExecutorService timer) {
        this.tool = tool;
        this.spec = tool.spec();
        this.session = session;
        this.call = call;
        this.answers = answers;
        this.terms = terms;
        this.workers = workers;
        this.timer = timer;
        this.background = terms.background().test(spec.behavior());
        this.timeout = spec.timeout() != null ? spec.timeout() : terms.timeout();
    }

    /** A call of a tool whose route is not started. */
    static ToolRun unavailable(FunctionCall call, ToolAnswers answers) {
        FunctionResponse.Builder response = ToolResults.error(UNAVAILABLE).toBuilder().name(call.name().orElse(""));
        call.id().ifPresent(response::id);
        answers.answer(response.build(), UNHEARD);
        return new ToolRun() {

            @Override
            public Manner manner() {
                return Manner.AWAITED;
            }

            @Override
            public void cancel() {
                // it has never run
            }
        };
    }

    @Override
    public Manner manner() {
        if (!background) {
            return Manner.AWAITED;
        }
        if (spec.scheduling() == GenAiLiveToolScheduling.SILENT) {
            return Manner.SILENT;
        }
        // who has not said so may not know that this model does not wait, and expects the result in the answer
        return spec.behavior() == GenAiLiveToolBehavior.NON_BLOCKING ? Manner.IN_BACKGROUND : Manner.AWAITED;
    }

    void begin() {
        try {
            expireLater();
            if (!tool.gate().enter(entered)) {
                LOG.warn("A call of the tool {} by session {} is turned away: {} calls wait already (maxConcurrent={})", name(),
                        session, CallGate.MAX_WAITING, spec.maxConcurrent());
                answerLast(ToolResults.error("The tool is busy. Try again later."));
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("The tool {} is not run: the component is being shut down", name(), e);
            answerUnavailable();
        }
    }

    private String name() {
        return spec.name();
    }

    // ---- running

    private void runOnWorker() {
        onWorker(this::run, this::leave);
    }

    /**
     * Whatever goes wrong there, the call gets its answer and the next one its turn.
     *
     * @param giveUp run instead, or after a failure
     */
    void onWorker(Runnable step, Runnable giveUp) {
        try {
            workers.execute(() -> {
                try {
                    step.run();
                } catch (RuntimeException e) {
                    failed("could not be run", e);
                    giveUp.run();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The tool {} does not go on: the component is being shut down", name(), e);
            answerUnavailable();
            giveUp.run();
        }
    }

    private void run() {
        if (isOver()) {
            leave();
            return;
        }
        ToolArguments arguments = ToolArguments.check(spec, call.args().orElse(Map.of()));
        if (arguments.trouble() != null) {
            if (arguments.cause() != null) {
                LOG.warn("The arguments of a call of the tool {} by session {} fit its parameters, but not its bodyType",
                        name(), session.key(), arguments.cause());
            } else {
                LOG.debug("Session {} called the tool {} with arguments that do not fit: {}", session.key(), name(),
                        arguments.trouble());
            }
            refuse(arguments.trouble());
        } else if (!isToolStarted()) {
            refuse(UNAVAILABLE);
        } else {
            run(arguments);
        }
    }

    private void refuse(String text) {
        answerLast(ToolResults.error(text));
        leave();
    }

    private void run(ToolArguments arguments) {
        Exchange created = tool.createExchange(false);
        created.setPattern(ExchangePattern.InOut);
        Message in = created.getMessage();
        arguments.values().forEach(in::setHeader);
        in.setHeader(GenAiLiveToolConstants.SESSION_KEY, session.key());
        in.setHeader(GenAiLiveToolConstants.TOOL_NAME, name());
        call.id().ifPresent(id -> in.setHeader(GenAiLiveToolConstants.TOOL_CALL_ID, id));
        in.setBody(arguments.body());
        if (manner() == Manner.AWAITED) {
            terms.awaited().accept(created, session);
        }
        lock.lock();
        try {
            exchange = created;
        } finally {
            lock.unlock();
        }
        if (!tool.authorization().allows(created)) {
            answerLast(ToolResults.error("The tool may not be used in this conversation."));
            end(created);
            return;
        }
        try {
            // until the result is told: what the route has opened for it is closed with the unit of work
            tool.createUoW(created);
        } catch (Exception e) {
            created.setException(e);
            finish(created);
            return;
        }
        interruptibly(() -> tool.getAsyncProcessor().process(created, doneSync -> finish(created)), () -> finish(created));
    }

    /**
     * Runs a step so that it can be interrupted, and nothing else that this thread does later.
     *
     * @param otherwise run instead when nobody wants the answer any more
     */
    void interruptibly(Runnable step, Runnable otherwise) {
        boolean wanted;
        lock.lock();
        try {
            wanted = !over;
            thread = wanted ? Thread.currentThread() : null;
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            otherwise.run();
            return;
        }
        try {
            step.run();
        } finally {
            lock.lock();
            try {
                // the next step may have begun on another thread
                thread = thread == Thread.currentThread() ? null : thread;
                if (interrupted == Thread.currentThread()) {
                    Thread.interrupted();
                    interrupted = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void finish(Exchange done) {
        boolean goesOn = false;
        try {
            Object body = done.getMessage().getBody();
            if (isOver()) {
                LOG.debug("The tool {} ended after its call by session {} was over", name(), session.key(),
                        done.getException());
            } else if (done.getException() != null) {
                failed("failed", done.getException());
            } else if (body instanceof Iterator<?> series) {
                goesOn = true;
                answerOneByOne(series, done);
            } else if (body instanceof BaseStream<?, ?> series) {
                goesOn = true;
                answerOneByOne(series.iterator(), done);
            } else {
                answerLast(ToolResults.of(body, done.getMessage()));
            }
        } catch (RuntimeException e) {
            failed("has a result that cannot be told to the model", e);
        } finally {
            if (!goesOn) {
                end(done);
            }
        }
    }

    private void answerOneByOne(Iterator<?> series, Exchange done) {
        new AnswerSeries(this, series, done, background && terms.several()).begin();
    }

    /** The route is done, and its result told. Does nothing when it was called before. */
    void end(Exchange done) {
        lock.lock();
        try {
            if (exchange == null) {
                return;
            }
            // it may be another's in a moment
            exchange = null;
        } finally {
            lock.unlock();
        }
        try {
            close(done.getMessage().getBody());
        } finally {
            tool.doneUoW(done);
            tool.releaseExchange(done, false);
            leave();
        }
    }

    /** What a route has left open for its result is read now. */
    private void close(Object body) {
        if (body instanceof AutoCloseable closeable && (body instanceof Iterator<?> || body instanceof BaseStream<?, ?>)) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("What the tool {} has read its answers from could not be closed", name(), e);
            }
        }
    }

    private void leave() {
        lock.lock();
        try {
            if (left) {
                return;
            }
            left = true;
        } finally {
            lock.unlock();
        }
        tool.gate().leave();
    }

    // ---- answering

    private FunctionResponse addressed(FunctionResponse result) {
        FunctionResponse.Builder response = result.toBuilder().name(call.name().orElse(name()));
        call.id().ifPresent(response::id);
        if (!background) {
            response.clearScheduling();
        } else if (result.scheduling().isEmpty() && spec.scheduling() != null) {
            response.scheduling(FunctionResponseScheduling.Known.valueOf(spec.scheduling().name()));
        }
        return response.build();
    }

    /** Whether the route may run, or go on. */
    boolean isToolStarted() {
        return tool.isRunAllowed() && !tool.isSuspended();
    }

    /** @return whether the call goes on: {@code sent} is told how that was sent then */
    boolean answerPart(FunctionResponse result, SendCallback sent) {
        expireLater();
        return answers.answer(addressed(result), sent);
    }

    void answerUnavailable() {
        answerLast(ToolResults.error(UNAVAILABLE));
    }

    void answerLast(FunctionResponse result) {
        if (over()) {
            sendLast(result);
        }
    }

    /** @return whether it was still wanted */
    private boolean sendLast(FunctionResponse result) {
        return answers.answer(addressed(result.toBuilder().clearWillContinue().build()), UNHEARD);
    }

    /**
     * @param how the tool failed, as the log puts it after its name
     */
    void failed(String how, Throwable cause) {
        String what = "The tool " + name() + " " + how + ", called by session " + session.key();
        Exchange failed = exchange();
        if (!over()) {
            LOG.debug("{}, after the call was over", what, cause);
            return;
        }
        failTurn("failed", cause);
        sendLast(ToolResults.error("The tool failed."));
        if (failed != null) {
            tool.getExceptionHandler().handleException(what, failed, cause);
        } else {
            tool.getExceptionHandler().handleException(what, cause);
        }
    }

    private void failTurn(String how, Throwable cause) {
        if (terms.failTurn()) {
            answers.failTurn(new LiveToolException("The tool " + name() + ", which the model has called, " + how
                    + " (toolErrorStrategy=fail). See the cause; with toolErrorStrategy=reply the model answers without the result.",
                    cause instanceof TimeoutException, cause));
        }
    }

    // ---- the end

    private void expireLater() {
        ScheduledFuture<?> next = timer.schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
        ScheduledFuture<?> former;
        lock.lock();
        try {
            former = over ? next : deadline;
            deadline = over ? null : next;
        } finally {
            lock.unlock();
        }
        if (former != null) {
            former.cancel(false);
        }
    }

    private void expire() {
        if (!over()) {
            return;
        }
        TimeoutException late = new TimeoutException("timeout=" + timeout.toMillis() + "ms");
        failTurn("did not answer in time", late);
        if (sendLast(ToolResults.error("The tool did not answer in time."))) {
            report("The tool " + name() + " did not answer session " + session.key() + " within " + timeout.toMillis()
                    + "ms (option timeout, or toolTimeout of the endpoint)", late);
        }
        stop();
    }

    /** Exception handlers may run routes, which is not for the timer. */
    private void report(String what, Throwable cause) {
        try {
            workers.execute(() -> tool.getExceptionHandler().handleException(what, cause));
        } catch (RejectedExecutionException e) {
            LOG.warn(what, cause);
        }
    }

    @Override
    public void cancel() {
        LOG.debug("The call of the tool {} by session {} is cancelled", name(), session.key());
        over();
        stop();
    }

    /** @return whether it was not over before, so that the caller has to see to the answer */
    private boolean over() {
        ScheduledFuture<?> pending;
        lock.lock();
        try {
            if (over) {
                return false;
            }
            over = true;
            pending = deadline;
            deadline = null;
        } finally {
            lock.unlock();
        }
        if (pending != null) {
            pending.cancel(false);
        }
        return true;
    }

    private void stop() {
        tool.gate().withdraw(entered);
        if (!spec.cancellable()) {
            return;
        }
        lock.lock();
        try {
            if (exchange != null) {
                exchange.setRouteStop(true);
            }
            if (thread != null) {
                thread.interrupt();
                interrupted = thread;
                thread = null;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private Exchange exchange() {
        lock.lock();
        try {
            return exchange;
        } finally {
            lock.unlock();
        }
    }
}
