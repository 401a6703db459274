package dev.camelgenai.live.transport;

import java.net.SocketAddress;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells a new channel which attempt it belongs to. AsyncHttpClient gives a channel no link to its request before TCP is
 * connected, which is too late for a proxy and for closing a socket that hangs. But it tells the request's handler the
 * address object that it will connect to, and the pipeline sees the same object.
 */
final class AnnouncedAddresses {

    private final Map<SocketAddress, ConnectAttempt> attempts = Collections.synchronizedMap(new IdentityHashMap<>());

    void announce(SocketAddress address, ConnectAttempt attempt) {
        attempts.put(address, attempt);
    }

    /**
     * @return {@code null} if the address was not announced
     */
    ConnectAttempt take(SocketAddress address) {
        return attempts.remove(address);
    }

    /** For an attempt that ended between the announcement and the connect. */
    void forget(ConnectAttempt attempt) {
        attempts.values().removeIf(announced -> announced == attempt);
    }
}
