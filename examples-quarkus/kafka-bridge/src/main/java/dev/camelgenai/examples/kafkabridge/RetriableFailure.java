package dev.camelgenai.examples.kafkabridge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether the live session says that the same input may succeed later. */
@ApplicationScoped
@Named("retriable")
public class RetriableFailure implements Predicate {

    @Override
    public boolean matches(Exchange exchange) {
        GenAiLiveException failure = exchange.getException(GenAiLiveException.class);
        if (failure == null && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof GenAiLiveException caught) {
            failure = caught;
        }
        return failure != null && failure.isRetriable();
    }
}
