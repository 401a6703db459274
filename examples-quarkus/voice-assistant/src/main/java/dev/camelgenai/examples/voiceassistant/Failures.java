package dev.camelgenai.examples.voiceassistant;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveRateLimitException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/** What visitors are told when the routes cannot reach the live session. Details are for the log: anybody may be a visitor. */
@ApplicationScoped
public class Failures {

    private static final Logger LOG = Logger.getLogger(Failures.class);

    private final Visitors visitors;

    Failures(Visitors visitors) {
        this.visitors = visitors;
    }

    /** Without a session there is nothing to stay for. */
    Processor endVisit() {
        return exchange -> {
            GenAiLiveException failure = failure(exchange);
            LOG.warnf("No live session for a visitor: %s", failure.getMessage());
            visitors.find(key(exchange)).ifPresent(visitor -> visitor.end(ending(failure)));
        };
    }

    /** The visitor knows what has to be said again. */
    Processor tellVisitor(String text) {
        return exchange -> {
            LOG.debugf(failure(exchange), "Visitor %s was not heard", key(exchange));
            visitors.find(key(exchange)).ifPresent(visitor -> visitor.tell(new PageMessage.Notice(text)));
        };
    }

    static Ending ending(GenAiLiveException failure) {
        if (failure instanceof LiveRateLimitException) {
            return Ending.LIVE_QUOTA_USED_UP;
        }
        return failure.isRetriable() ? Ending.LIVE_SERVICE_UNAVAILABLE : Ending.LIVE_SERVICE_REFUSED;
    }

    private static GenAiLiveException failure(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT, GenAiLiveException.class);
    }

    private static String key(Exchange exchange) {
        return exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY, String.class);
    }
}
