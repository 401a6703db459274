package dev.camelgenai.benchmarks.peer;

import dev.camelgenai.benchmarks.PeerName;

/** Makes peers by name. */
public final class Peers {

    private Peers() {
    }

    /**
     * @param maxSessions open at a time
     */
    public static Peer create(PeerName name, Target target, int maxSessions) throws Exception {
        return switch (name) {
            case SDK, SDK_DEFAULTS -> new SdkPeer(target, maxSessions);
            case SESSION, SESSION_BORINGSSL -> new SessionPeer(target, maxSessions);
            case ROUTE, ROUTE_BORINGSSL -> new RoutePeer(target, maxSessions, "message");
            case ROUTE_EVENT, ROUTE_EVENT_BORINGSSL -> new RoutePeer(target, maxSessions, "event");
            case NETTY -> new NettyPeer(target, false, true);
            case NETTY_WORKER -> new NettyWorkerPeer(target);
            case NETTY_ROUTE -> new NettyRoutePeer(target, false);
            case NETTY_ROUTE_BORINGSSL -> new NettyRoutePeer(target, true);
            case NETTY_BORINGSSL -> new NettyPeer(target, true, true);
            case VERTX_ROUTE -> new VertxRoutePeer(target);
        };
    }
}
