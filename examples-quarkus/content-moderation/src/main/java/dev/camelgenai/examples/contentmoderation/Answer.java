package dev.camelgenai.examples.contentmoderation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the {@link Verdict} of a model's turn. Used by the YAML route. */
@ApplicationScoped
@Named("answer")
public class Answer implements Processor {

    /** The header that routes go by: {@code allow}, {@code block} or {@code review}. */
    static final String VERDICT = "verdict";

    @Override
    public void process(Exchange exchange) {
        LiveTurn turn = exchange.getMessage().getBody(LiveTurn.class);
        Verdict verdict = turn.interrupted()
                ? Verdict.review("the answer was cut short")
                : turn.answer().map(Verdict::of).orElseGet(() -> Verdict.review("there was no answer"));
        set(exchange, verdict);
    }

    static void set(Exchange exchange, Verdict verdict) {
        exchange.getMessage().setHeader(VERDICT, verdict.word());
        exchange.getMessage().setBody(new Judged(exchange.getProperty(Post.PROPERTY, Post.class), verdict));
    }
}
