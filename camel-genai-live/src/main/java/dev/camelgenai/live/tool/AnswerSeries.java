package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.FunctionResponseScheduling;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The answers of a route that gives several: read one by one on a worker, each when the socket has taken the one before. Where the
 * model takes one answer only, all are read first.
 */
final class AnswerSeries {

    /** Where the model takes one answer only, a route is read up to here. */
    private static final int MAX_COLLECTED = 10_000;

    private final ToolInvocation invocation;
    private final Iterator<?> series;
    private final Exchange exchange;
    private final boolean continues;
    private boolean begun;

    /**
     * @param exchange  that the route has ended with; it is ended with the series
     * @param continues whether the model takes several answers
     */
    AnswerSeries(ToolInvocation invocation, Iterator<?> series, Exchange exchange, boolean continues) {
        this.invocation = invocation;
        this.series = series;
        this.exchange = exchange;
        this.continues = continues;
    }

    void begin() {
        invocation.onWorker(() -> invocation.interruptibly(continues ? this::next : this::together, this::end), this::end);
    }

    private Message out() {
        return exchange.getMessage();
    }

    private void next() {
        boolean goesOn = false;
        try {
            if (invocation.isOver() || !invocation.isToolStarted()) {
                invocation.answerUnavailable();
            } else if (!series.hasNext()) {
                invocation.answerLast(begun
                        ? ToolResults.nothing().toBuilder().scheduling(FunctionResponseScheduling.Known.SILENT).build()
                        : ToolResults.of(List.of(), out()));
            } else {
                FunctionResponse next = ToolResults.of(series.next(), out()).toBuilder().willContinue(true).build();
                begun = true;
                goesOn = invocation.answerPart(next, (outcome, failure) -> nextOrGiveUp(failure));
            }
        } catch (RuntimeException e) {
            invocation.failed("failed between two answers", e);
        } finally {
            if (!goesOn) {
                end();
            }
        }
    }

    private void nextOrGiveUp(Exception notSent) {
        invocation.onWorker(() -> {
            if (notSent != null) {
                invocation.failed("has an answer that could not be sent", notSent);
                end();
            } else {
                invocation.interruptibly(this::next, this::end);
            }
        }, this::end);
    }

    private void together() {
        try {
            List<Object> all = new ArrayList<>();
            while (!invocation.isOver() && series.hasNext()) {
                if (all.size() == MAX_COLLECTED) {
                    throw new IllegalStateException("The route gives more than " + MAX_COLLECTED
                            + " answers, and the model takes one only. Give it a model and a behavior that take several.");
                }
                all.add(series.next());
            }
            invocation.answerLast(ToolResults.of(all, out()));
        } catch (RuntimeException e) {
            invocation.failed("has a result that cannot be told to the model", e);
        } finally {
            end();
        }
    }

    private void end() {
        invocation.end(exchange);
    }
}
