package dev.camelgenai.emulator.internal.control;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;

/**
 * Keeps web pages out, which can make a browser on this machine send requests: those of other sites carry an Origin, and those
 * of a site whose name was bound to a loopback address (DNS rebinding) carry that name as Host.
 */
final class BrowserGuard {

    private BrowserGuard() {
    }

    /** Why a request is refused, if it is. */
    static Optional<String> refusal(HttpServerRequest request) {
        if (request.headers().contains("Origin")) {
            return Optional.of("The control API is not for web pages: requests with an Origin header are refused");
        }
        HostAndPort authority = request.authority();
        if (request.headers().getAll("Host").size() != 1 || authority == null || !isLoopback(authority.host())) {
            return Optional
                    .of("The control API is reached by 127.0.0.1, [::1] or localhost only; the Host header names another");
        }
        return Optional.empty();
    }

    private static boolean isLoopback(String host) {
        if ("localhost".equals(host.toLowerCase(Locale.ROOT))) {
            return true;
        }
        // literals only: a name is never looked up
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address != null && address.isLoopbackAddress();
    }
}
