package dev.camelgenai.examples.codingassistant;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which names are never shown to a model: what is hidden, and what usually holds keys and passwords. */
final class SecretFiles {

    private static final List<Pattern> NAMES = List.of(
            Pattern.compile(".+\\.(?:pem|key|p12|pfx|jks|keystore|truststore|kdbx|ppk|asc|gpg|tfstate|tfvars|ovpn)"),
            Pattern.compile("id_(?:rsa|dsa|ecdsa|ed25519).*"),
            Pattern.compile("(?:.*[._-])?(?:credentials?|secrets?|passwords?|htpasswd|netrc)(?:[._-].*)?"),
            Pattern.compile("(?:service|application)[._-]?(?:account|default)[._-].*\\.json"));

    private SecretFiles() {
    }

    /** @param name of a file or a directory, without the path to it */
    static boolean has(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return name.startsWith(".") || NAMES.stream().anyMatch(pattern -> pattern.matcher(lower).matches());
    }
}
