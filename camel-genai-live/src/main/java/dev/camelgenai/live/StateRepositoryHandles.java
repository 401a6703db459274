package dev.camelgenai.live;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import dev.camelgenai.live.session.HandleStore;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.spi.StateRepository;

/**
 * Keeps handles in a repository of Camel's. The key of an entry is the session group and a hash of the session key, which
 * may be personal data. As thread-safe as the repository.
 */
final class StateRepositoryHandles implements HandleStore {

    /** A repository can neither remove an entry nor, some of them, take {@code null}. */
    private static final String REMOVED = "";

    private final StateRepository<String, String> repository;

    StateRepositoryHandles(StateRepository<String, String> repository) {
        this.repository = repository;
    }

    @Override
    public String load(SessionAddress address) {
        String handle = repository.getState(key(address));
        return REMOVED.equals(handle) ? null : handle;
    }

    @Override
    public void save(SessionAddress address, String handle) {
        repository.setState(key(address), handle);
    }

    @Override
    public void remove(SessionAddress address) {
        repository.setState(key(address), REMOVED);
    }

    /** The group is encoded because the file repository, for one, takes neither {@code =} nor line breaks in keys. */
    private static String key(SessionAddress address) {
        return URLEncoder.encode(address.group(), StandardCharsets.UTF_8) + ":"
                + HexFormat.of().formatHex(sha256().digest(address.key().getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
