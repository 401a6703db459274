package dev.camelgenai.live.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes the secrets of a connection out of texts that the other side sent, before anybody sees them. */
record Redaction(List<String> secrets) {

    static final Redaction NONE = new Redaction(List.of());

    /** Shorter ones are no secrets, and replacing them would garble the text. */
    private static final int MIN_LENGTH = 6;

    /** From header values such as {@code KEY} and {@code Bearer TOKEN}, and other secrets. */
    static Redaction of(Collection<String> values) {
        return new Redaction(values.stream().map(value -> value.substring(value.indexOf(' ') + 1))
                // of an ephemeral token, auth_tokens/..., the service may quote the last part alone
                .flatMap(secret -> Stream.of(secret, secret.substring(secret.lastIndexOf('/') + 1)))
                .filter(secret -> secret.length() >= MIN_LENGTH).sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
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
