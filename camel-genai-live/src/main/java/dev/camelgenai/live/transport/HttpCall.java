package dev.camelgenai.live.transport;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLContext;

/**
 * One POST. {@link #toString()} shows neither header values nor credentials nor the body.
 *
 * @param uri         {@code http} or {@code https} address, without any credential in it
 * @param headers     plain headers of the request
 * @param credentials headers that carry secrets; kept out of every log, the HTTP library's own included
 * @param body        what to send
 * @param timeout     for everything from TCP to the last byte of the answer
 * @param sslContext  for {@code https}; {@code null} means the JDK's default
 * @param proxy       {@code null} means a direct connection
 */
public record HttpCall(URI uri, Map<String, String> headers, Map<String, String> credentials, byte[] body, Duration timeout,
        SSLContext sslContext, LiveProxy proxy) {

    public HttpCall {
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(timeout, "timeout");
        headers = Map.copyOf(headers);
        credentials = Map.copyOf(credentials);
    }

    @Override
    public String toString() {
        return "HttpCall[" + uri.getScheme() + "://" + uri.getAuthority() + uri.getPath() + "]";
    }
}
