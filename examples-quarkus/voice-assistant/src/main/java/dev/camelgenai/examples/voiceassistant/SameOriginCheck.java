package dev.camelgenai.examples.voiceassistant;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;

/**
 * Lets only pages connect that belong here: browsers let any page open a WebSocket to any server, and tell its origin. Without
 * {@code voice.allowed-origins} that is the page of this server, asked for by a name that only this machine can have; any other name
 * could be made to point here by whoever owns it.
 */
@ApplicationScoped
public class SameOriginCheck implements HttpUpgradeCheck {

    private static final Logger LOG = Logger.getLogger(SameOriginCheck.class);
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final int FORBIDDEN = 403;

    private final List<String> allowed;

    @Inject
    SameOriginCheck(VoiceConfig config) {
        this(config.allowedOrigins().orElse(List.of()));
    }

    /** @param allowedOrigins without any, the page of this server on this machine is allowed */
    SameOriginCheck(List<String> allowedOrigins) {
        this.allowed = allowedOrigins.stream().map(SameOriginCheck::normal).toList();
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        HttpServerRequest request = context.httpRequest();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (isAllowed(origin, request.scheme(), request.getHeader(HttpHeaders.HOST))) {
            return CheckResult.permitUpgrade();
        }
        LOG.warnf("Refused a page of the origin %s; voice.allowed-origins names those that may connect", printable(origin));
        return CheckResult.rejectUpgrade(FORBIDDEN);
    }

    /**
     * @param origin as the browser says, {@code null} if it does not
     * @param scheme of this server
     * @param host   under which the browser asked for this server, {@code null} if it does not say
     */
    boolean isAllowed(String origin, String scheme, String host) {
        if (origin == null) {
            return false;
        }
        if (!allowed.isEmpty()) {
            return allowed.contains(normal(origin));
        }
        return host != null && normal(origin).equals(normal(scheme + "://" + host)) && THIS_MACHINE.contains(name(origin));
    }

    private static String normal(String origin) {
        return origin.strip().toLowerCase(Locale.ROOT);
    }

    private static String name(String origin) {
        try {
            String name = new URI(normal(origin)).getHost();
            return name == null ? "" : name;
        } catch (URISyntaxException e) {
            LOG.debug("No origin", e);
            return "";
        }
    }

    /** It comes from anybody and goes into the log. */
    private static String printable(String origin) {
        return origin == null
                ? "(none)"
                : origin.substring(0, Math.min(origin.length(), 100)).replaceAll("[^\\x21-\\x7e]", "?");
    }
}
