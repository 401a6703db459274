package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveTurnTimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Turns what went wrong into an HTTP response. The messages of these exceptions name the way out and hold no secret. */
@ApplicationScoped
@Named("failures")
public class Failures implements Processor {

    @Override
    public void process(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Message response = exchange.getMessage();
        response.removeHeaders("*");
        response.setHeader(Exchange.HTTP_RESPONSE_CODE, status(failure));
        response.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.setBody(failure.getMessage());
    }

    private static int status(Exception failure) {
        if (failure instanceof BadRequestException || failure instanceof LiveInputException) {
            return 400;
        }
        if (failure instanceof LiveRateLimitException) {
            return 429;
        }
        if (failure instanceof LiveTurnTimeoutException) {
            return 504;
        }
        // 503 invites to try again, 502 does not: a wrong key stays wrong
        return failure instanceof GenAiLiveException live && live.isRetriable() ? 503 : 502;
    }
}
