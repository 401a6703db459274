package dev.camelgenai.live.transport;

import java.util.Objects;

/**
 * A proxy between this JVM and the service. {@link #toString()} does not show the password.
 *
 * @param type     how to talk to the proxy
 * @param host     its host name
 * @param port     its port
 * @param username {@code null} where the proxy asks for none
 * @param password {@code null} where the proxy asks for none
 */
public record LiveProxy(Type type, String host, int port, String username, String password) {

    /** The protocols that proxies speak. */
    public enum Type {
        HTTP,
        SOCKS4,
        SOCKS5
    }

    public LiveProxy {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(host, "host");
    }

    @Override
    public String toString() {
        return "LiveProxy[" + type + " " + host + ":" + port + (username == null ? "" : ", authenticated") + "]";
    }
}
