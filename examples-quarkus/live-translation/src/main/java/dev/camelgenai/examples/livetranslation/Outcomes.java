package dev.camelgenai.examples.livetranslation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveTurnTimeoutException;
import org.apache.camel.Exchange;

/**
 * What the interpreters have made of one sentence.
 *
 * @param all by language
 */
record Outcomes(List<Outcome> all) {

    private static final String PROPERTY = "outcomes";

    Outcomes {
        all = all.stream().sorted(Comparator.comparing(Outcome::language)).toList();
    }

    /** Aggregation strategy: the interpreters' routes end with an {@link Outcome}. */
    static Exchange add(Exchange before, Exchange answered) {
        Outcomes others = before == null ? new Outcomes(List.of()) : before.getProperty(PROPERTY, Outcomes.class);
        Outcome outcome = answered.getMessage().getBody(Outcome.class);
        Exchange all = before == null ? answered : before;
        all.setProperty(PROPERTY, new Outcomes(Stream.concat(others.all().stream(), Stream.of(outcome)).toList()));
        return all;
    }

    /** After the aggregation; empty when nobody was asked. */
    static Outcomes of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, new Outcomes(List.of()), Outcomes.class);
    }

    /** An HTTP status: 200 if there is any translation; otherwise 429, 503 and 504 invite to try again, and 400 and 502 do not. */
    int status() {
        if (all.isEmpty()) {
            return 202;
        }
        List<Outcome> failures = all.stream().filter(Outcome::isFailure).toList();
        if (failures.size() < all.size()) {
            return 200;
        }
        if (failures.stream().allMatch(outcome -> outcome.failure() instanceof LiveInputException)) {
            return 400;
        }
        if (failures.stream().anyMatch(outcome -> outcome.failure() instanceof LiveRateLimitException)) {
            return 429;
        }
        if (failures.stream().allMatch(outcome -> outcome.failure() instanceof LiveTurnTimeoutException)) {
            return 504;
        }
        return failures.stream().anyMatch(outcome -> outcome.failure().isRetriable()) ? 503 : 502;
    }

    @Override
    public String toString() {
        return all.isEmpty() ? "Nobody listens.\n" : all.stream().map(outcome -> outcome + "\n").collect(Collectors.joining());
    }
}
