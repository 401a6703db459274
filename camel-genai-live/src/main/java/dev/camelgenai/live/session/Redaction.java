package dev.camelgenai.live.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Takes the secrets of a connection out of texts that the other side sent, before anybody sees them. */
record Redaction(List<String> secrets) {

    static final Redaction NONE = new Redaction(List.of());

    /** From header values such as {@code KEY} and {@code Bearer TOKEN}. */
    static Redaction of(Collection<String> headerValues) {
        return new Redaction(headerValues.stream().map(value -> value.substring(value.indexOf(' ') + 1))
                .filter(secret -> !secret.isBlank()).sorted(Comparator.comparingInt(String::length).reversed()).toList());
    }

    String apply(String text) {
        String redacted = text;
        for (String secret : secrets) {
            redacted = redacted.replace(secret, "xxxxxx");
        }
        return redacted;
    }

    @Override
    public String toString() {
        return "Redaction[" + secrets.size() + "]";
    }
}
