package dev.camelgenai.live;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Shows session keys without showing them. Salted, because a plain hash of a telephone number is found by trying them all.
 * Thread-safe.
 */
final class KeyDigest {

    private static final int SALT_BYTES = 16;
    private static final int SHOWN_BYTES = 6;

    private final byte[] salt = new byte[SALT_BYTES];

    KeyDigest() {
        new SecureRandom().nextBytes(salt);
    }

    /** Twelve hexadecimal digits; the same for the same key. */
    String of(String key) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        sha256.update(salt);
        return HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8)), 0, SHOWN_BYTES);
    }
}
