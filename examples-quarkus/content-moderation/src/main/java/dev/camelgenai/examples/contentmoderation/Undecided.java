package dev.camelgenai.examples.contentmoderation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** What went wrong makes a verdict, too, and it is {@code review}. Used by the YAML route. */
@ApplicationScoped
@Named("undecided")
public class Undecided implements Processor {

    @Override
    public void process(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        // the messages of these exceptions name the way out and hold no secret
        String reason = failure instanceof GenAiLiveException ? failure.getMessage() : failure.getClass().getSimpleName();
        Answer.set(exchange, Verdict.review(reason));
    }
}
