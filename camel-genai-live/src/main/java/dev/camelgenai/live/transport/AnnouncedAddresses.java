package dev.camelgenai.live.transport;

import java.net.SocketAddress;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells a new channel which attempt it belongs to. AsyncHttpClient gives a channel no link to its request before TCP is
 * connected, which is too late for a proxy and for closing a socket that hangs. But it tells the request's handler the
 * address object that it will connect to, and the pipeline sees the same object.
 *
 * @param <A> the kind of attempt
 */
final class AnnouncedAddresses<A extends Attempt> {

    private final Map<SocketAddress, A> attempts = Collections.synchronizedMap(new IdentityHashMap<>());

    void announce(SocketAddress address, A attempt) {
        attempts.put(address, attempt);
    }

    /**
     * @return {@code null} if the address was not announced
     */
    A take(SocketAddress address) {
        return attempts.remove(address);
    }

    /** For an attempt that ended between the announcement and the connect. */
    void forget(A attempt) {
        attempts.values().removeIf(announced -> announced == attempt);
    }
}
