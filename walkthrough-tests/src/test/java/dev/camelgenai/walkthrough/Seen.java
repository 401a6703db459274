package dev.camelgenai.walkthrough;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a document says that is seen, line after line. What differs from run to run is left aside: numbers, days, names of files of this machine; and
 * other lines may come between.
 */
record Seen(List<String> lines) {

    private static final Pattern VARYING = Pattern
            .compile("\\d+|\\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\\b|(?<= )/\\S+");

    static Seen of(List<String> lines) {
        return new Seen(lines.stream().map(Seen::withoutVariety).toList());
    }

    static String withoutVariety(String line) {
        return VARYING.matcher(line.strip()).replaceAll("#");
    }

    boolean isIn(String output) {
        return firstMissing(output) == null;
    }

    /** {@code null} if all are there. */
    String firstMissing(String output) {
        int next = 0;
        for (String line : (Iterable<String>) output.lines()::iterator) {
            if (next < lines.size() && withoutVariety(line).equals(lines.get(next))) {
                next++;
            }
        }
        return next == lines.size() ? null : lines.get(next);
    }
}
