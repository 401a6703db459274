package dev.camelgenai.live.transport;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLContext;

/**
 * Everything that is needed to open one connection. {@link #toString()} shows neither header values nor credentials.
 *
 * @param uri            {@code ws} or {@code wss} address, without any credential in it
 * @param headers        plain headers of the upgrade request
 * @param credentials    headers that carry secrets; kept out of every log, the HTTP library's own included
 * @param connectTimeout for TCP, proxy, TLS and upgrade together
 * @param pingInterval   a ping frame is sent each time this has passed; zero or negative sends none
 * @param sslContext     for {@code wss}; {@code null} means the JDK's default
 * @param proxy          {@code null} means a direct connection
 */
public record LiveUpgrade(URI uri, Map<String, String> headers, Map<String, String> credentials, Duration connectTimeout,
        Duration pingInterval, SSLContext sslContext, LiveProxy proxy) {

    public LiveUpgrade {
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(pingInterval, "pingInterval");
        headers = Map.copyOf(headers);
        credentials = Map.copyOf(credentials);
    }

    @Override
    public String toString() {
        return "LiveUpgrade[" + uri.getScheme() + "://" + uri.getAuthority() + uri.getPath() + "]";
    }
}
