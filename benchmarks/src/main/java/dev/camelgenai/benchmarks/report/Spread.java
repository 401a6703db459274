package dev.camelgenai.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/** What the rounds of a benchmark have in common. */
public record Spread(double median, double least, double most) {

    /** Empty where there is no value. */
    public static Optional<Spread> of(Collection<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1]));
    }

    /** Of the given values. */
    static Optional<Spread> of(double... values) {
        return of(Arrays.stream(values).boxed().toList());
    }
}
