package dev.camelgenai.live.transport;

/** How many sockets a connector has, for tests of other packages. */
public final class OpenSockets {

    private OpenSockets() {
    }

    public static int of(AhcLiveConnector connector) {
        return connector.sockets();
    }
}
