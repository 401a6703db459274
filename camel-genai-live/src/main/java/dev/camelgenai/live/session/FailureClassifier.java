package dev.camelgenai.live.session;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveUpgradeRefusedException;

/**
 * Tells what an end of a connection means and what to do about it: the close codes, HTTP statuses and texts of
 * protocol.md 7, with their hints, in one table.
 */
final class FailureClassifier {

    private enum Kind {
        AUTHENTICATION,
        QUOTA,
        SETUP,
        LINE
    }

    /**
     * @param code the close code, or 0 for any
     * @param text in lower case, what the reason has to contain; empty for any
     */
    private record CloseRule(int code, String text, Kind kind, boolean retriable, String hint) {

        boolean matches(int closeCode, String lowerCaseReason) {
            return (code == 0 || code == closeCode) && lowerCaseReason.contains(text);
        }
    }

    private record StatusRule(int from, int to, Kind kind, boolean retriable, String hint) {
    }

    private static final String CHECK_KEY = "Check the option apiKey (or credentials): is it complete, not expired, and meant"
            + " for this service (vertexAi)?";
    private static final String CHECK_MODEL = "Check the model's name in the endpoint URI, that it is a live model, and the"
            + " option apiVersion: models are not available in every version.";
    private static final String CHECK_CONFIG = "Check config and the options that override it: something in the setup is not"
            + " supported by this model.";
    private static final String CHECK_INPUT = "Check what was sent last: it does not fit the session's config, or the context is"
            + " full, which contextWindowCompression prevents.";
    private static final String ASK_AGAIN = "The service limits the time of a connection. Ask again: that opens another one.";
    private static final String TRY_AGAIN = "The service has a problem. Try again, with growing pauses.";
    private static final String CHECK_QUOTA = "Slow down, close sessions that are idle, or ask for more quota.";

    /** What means something else once the setup has been accepted; before {@link #CLOSES}. */
    private static final List<CloseRule> CLOSES_OF_SESSIONS = List.of(
            new CloseRule(1007, "invalid argument", Kind.SETUP, false, CHECK_INPUT));

    /** First match wins. */
    private static final List<CloseRule> CLOSES = List.of(
            new CloseRule(0, "api key", Kind.AUTHENTICATION, false, CHECK_KEY),
            new CloseRule(0, "unauthenticated", Kind.AUTHENTICATION, false, CHECK_KEY),
            new CloseRule(0, "permission denied", Kind.AUTHENTICATION, false, CHECK_KEY),
            new CloseRule(0, "location is not supported", Kind.SETUP, false,
                    "The service is not offered where this request comes from; use vertexAi with a supported location."),
            new CloseRule(0, "resource_exhausted", Kind.QUOTA, true, CHECK_QUOTA),
            new CloseRule(0, "quota", Kind.QUOTA, true, CHECK_QUOTA),
            new CloseRule(0, "overloaded", Kind.QUOTA, true, CHECK_QUOTA),
            new CloseRule(1008, "is not found", Kind.SETUP, false, CHECK_MODEL),
            new CloseRule(1007, "not supported in the live api", Kind.SETUP, false, CHECK_MODEL),
            new CloseRule(1007, "", Kind.SETUP, false, CHECK_CONFIG),
            new CloseRule(1008, "requested entity was not found", Kind.LINE, true,
                    "A resumption handle or the id of a function call is not known to the service."),
            new CloseRule(1008, "not implemented", Kind.LINE, true,
                    "The service refuses this now and then for no stated reason, often with tools; it may work when repeated."),
            new CloseRule(1008, "", Kind.SETUP, false, CHECK_CONFIG),
            new CloseRule(1000, "", Kind.LINE, true, ASK_AGAIN),
            new CloseRule(1011, "deadline expired", Kind.LINE, true, ASK_AGAIN),
            new CloseRule(1006, "", Kind.LINE, true, "Try again; if it happens often, check the network and the proxy."),
            new CloseRule(0, "", Kind.LINE, true, TRY_AGAIN));

    private static final List<StatusRule> STATUSES = List.of(
            new StatusRule(300, 399, Kind.LINE, false, "Redirects are not followed; set baseUrl to the final address."),
            new StatusRule(401, 401, Kind.AUTHENTICATION, false, CHECK_KEY),
            new StatusRule(403, 403, Kind.AUTHENTICATION, false, CHECK_KEY),
            new StatusRule(404, 404, Kind.LINE, false,
                    "There is no live service at this address; check baseUrl and apiVersion."),
            new StatusRule(407, 407, Kind.LINE, false,
                    "The proxy wants other credentials; check proxyUsername and proxyPassword."),
            new StatusRule(408, 408, Kind.LINE, true, "The service was slow; try again."),
            new StatusRule(429, 429, Kind.QUOTA, true, CHECK_QUOTA),
            new StatusRule(400, 499, Kind.LINE, false,
                    "The request was not understood; check baseUrl, apiVersion and header.*."),
            new StatusRule(500, 599, Kind.LINE, true, "The service, or a proxy before it, has a problem; try again later."));

    private final String where;
    private final String model;

    FailureClassifier(URI uri, String model) {
        this.where = uri.getScheme() + "://" + uri.getAuthority();
        this.model = model;
    }

    /** The connection could not be opened. */
    GenAiLiveException notConnected(Throwable thrown, Redaction redaction) {
        Throwable failure = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof GenAiLiveException known) {
            return known;
        }
        if (failure instanceof LiveUpgradeRefusedException refused) {
            return refused(refused, redaction);
        }
        String problem = redaction.apply(String.valueOf(failure.getMessage()));
        if (failure instanceof TimeoutException) {
            return new LiveConnectionException("No connection to " + where + " within connectTimeout: " + problem
                    + ". Check that the host can be reached from here (proxy, firewall), or raise connectTimeout.", true,
                    failure);
        }
        if (failure instanceof UnknownHostException) {
            return new LiveConnectionException("The host of " + where + " is not known: " + problem
                    + ". Check baseUrl (or location), the name resolution of this machine, and whether a proxy is needed"
                    + " (proxyHost).", true, failure);
        }
        if (failure instanceof SSLException) {
            return new LiveConnectionException("No secure connection to " + where + ": " + problem
                    + ". If the certificate is one of your own, trust it with sslContextParameters.", false, failure);
        }
        if (failure instanceof ConnectException) {
            return new LiveConnectionException("Nothing can be reached at " + where + ": " + problem
                    + ". Check baseUrl, the network, and whether a proxy is needed (proxyHost).", true, failure);
        }
        return new LiveConnectionException("The connection to " + where + " failed: " + problem, true, failure);
    }

    private GenAiLiveException refused(LiveUpgradeRefusedException refused, Redaction redaction) {
        if (refused.byProxy()) {
            return new LiveConnectionException(where + ": " + redaction.apply(String.valueOf(refused.getMessage()))
                    + ". Check proxyHost, proxyPort, proxyUsername and proxyPassword, and whether the proxy allows this host.",
                    refused.status() >= 500, redacted(refused, redaction));
        }
        StatusRule rule = STATUSES.stream().filter(each -> each.from <= refused.status() && refused.status() <= each.to)
                .findFirst().orElse(new StatusRule(0, 0, Kind.LINE, false, "Check baseUrl: this is no live service."));
        String message = redaction.apply(String.valueOf(refused.getMessage()));
        return exception(rule.kind, where + ": " + message + ". " + rule.hint, rule.retriable, redacted(refused, redaction),
                true);
    }

    /** The body may quote the request, so an exception with the redacted text stands for the original. */
    private static LiveUpgradeRefusedException redacted(LiveUpgradeRefusedException refused, Redaction redaction) {
        return new LiveUpgradeRefusedException(refused.status(), redaction.apply(refused.body()), refused.byProxy());
    }

    /** The connection ended before the setup was answered. */
    GenAiLiveException notSetUp(LiveClose close, Redaction redaction) {
        return closed("The service closed the connection instead of setting up a session with model " + model, close, redaction,
                true);
    }

    /** The service sent something, but not in time. */
    GenAiLiveException setupUnanswered(long millis) {
        return new LiveConnectionException("The service at " + where + " did not answer the setup within setupTimeout=" + millis
                + "ms. Some models stay silent instead of refusing a field they do not support (proactivity and"
                + " enableAffectiveDialog are known ones): check config, or raise setupTimeout.", true);
    }

    /** A session that was open ended without having been asked to. */
    GenAiLiveException lost(LiveClose close, Redaction redaction) {
        return closed("The session with model " + model + " ended", close, redaction, false);
    }

    private static GenAiLiveException closed(String what, LiveClose close, Redaction redaction, boolean beforeSetup) {
        String reason = redaction.apply(close.reason());
        String lowerCase = close.reason().toLowerCase(Locale.ROOT);
        String how = close.code() == 1006 && reason.isEmpty()
                ? "the connection broke without a closing handshake"
                : "close code " + close.code() + (reason.isEmpty() ? "" : ": " + reason);
        CloseRule rule = Stream.concat(beforeSetup ? Stream.empty() : CLOSES_OF_SESSIONS.stream(), CLOSES.stream())
                .filter(each -> each.matches(close.code(), lowerCase)).findFirst().orElseThrow();
        return exception(rule.kind, what + " (" + how + "). " + rule.hint, rule.retriable, close.cause(), beforeSetup);
    }

    private static GenAiLiveException exception(Kind kind, String message, boolean retriable, Throwable cause,
            boolean beforeSetup) {
        return switch (kind) {
            case AUTHENTICATION -> new LiveAuthenticationException(message, retriable, cause);
            case QUOTA -> new LiveRateLimitException(message, retriable, cause);
            case SETUP -> beforeSetup
                    ? new LiveSetupRejectedException(message, retriable, cause)
                    : new LiveSessionLostException(message, retriable, cause);
            case LINE -> beforeSetup
                    ? new LiveConnectionException(message, retriable, cause)
                    : new LiveSessionLostException(message, retriable, cause);
        };
    }
}
