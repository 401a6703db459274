package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.camelgenai.live.transport.LiveProxy;

/** Takes the secrets of a connection out of texts that the other side sent, before anybody sees them. */
record Redaction(List<String> secrets) {

    static final Redaction NONE = new Redaction(List.of());

    /** Shorter ones are no secrets, and replacing them would garble the text. */
    private static final int MIN_LENGTH = 6;

    /** Of a connection that is opened with the given headers. */
    static Redaction of(SessionProfile profile, Map<String, String> credentials) {
        List<String> secrets = new ArrayList<>(credentials.values());
        secrets.addAll(profile.headers().values());
        LiveProxy proxy = profile.proxy();
        if (proxy != null && proxy.password() != null) {
            secrets.add(proxy.password());
            secrets.add(Base64.getEncoder()
                    .encodeToString((proxy.username() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8)));
        }
        return of(secrets);
    }

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
