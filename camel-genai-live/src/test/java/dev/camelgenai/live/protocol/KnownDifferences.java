package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Where we send something else than Google's SDK, on purpose; one file, each with its reason. */
final class KnownDifferences {

    /**
     * @param subject what is compared: {@code setup}, {@code clientContent}, {@code realtimeInput}, {@code toolResponse},
     *                {@code uri}
     * @param path    a regular expression for the case
     * @param service where, or {@code null} for both
     * @param sdk     what the SDK does: a refusal, or a JSON fragment of what it sends; documentation only
     * @param ours    what we do
     * @param reason  why
     */
    record Difference(String subject, String path, LiveService service, String sdk, String ours, String reason) {
    }

    private final List<Difference> differences;
    private final Set<Difference> seen = new HashSet<>();

    private KnownDifferences(List<Difference> differences) {
        this.differences = differences;
    }

    static KnownDifferences load() throws IOException {
        try (InputStream file = KnownDifferences.class.getResourceAsStream("known-differences.json")) {
            return new KnownDifferences(new ObjectMapper().readValue(file, new TypeReference<List<Difference>>() {
            }));
        }
    }

    /** Whether the difference just found is on the list; it then counts as seen. */
    boolean isKnown(String subject, String path, LiveService service) {
        Optional<Difference> known = differences.stream()
                .filter(difference -> difference.subject.equals(subject) && path.matches(difference.path)
                        && (difference.service == null || difference.service == service))
                .findFirst();
        known.ifPresent(seen::add);
        return known.isPresent();
    }

    /** Entries that no case showed any more. */
    Set<String> stale() {
        Set<String> stale = new TreeSet<>();
        differences.stream().filter(difference -> !seen.contains(difference))
                .forEach(difference -> stale.add(difference.subject + " " + difference.path));
        return stale;
    }
}
