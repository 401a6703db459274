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
import dev.camelgenai.live.session.SessionEvent.Ending;
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
        /** Something that was sent is not understood: not even when the same is sent again in a session that lives on. */
        SETUP,
        LINE
    }

    private enum When {
        ANY,
        /** The session had been set up. */
        OPEN
    }

    /** Whether a resumption handle that the service does not take may be what is meant, before setupComplete. */
    private enum Handle {
        INNOCENT,
        SUSPECT
    }

    /**
     * @param code the close code, or 0 for any
     * @param text in lower case, what the reason has to contain; empty for any
     */
    private record CloseRule(When when, int code, String text, Kind kind, Retry retry, Handle handle, String hint) {

        boolean matches(boolean open, int closeCode, String lowerCaseReason) {
            return (when == When.ANY || open) && (code == 0 || code == closeCode) && lowerCaseReason.contains(text);
        }
    }

    private record StatusRule(int from, int to, Kind kind, Retry retry, String hint) {
    }

    private static final String CHECK_KEY = "Check the option apiKey (or credentials): is it complete, not expired, and meant"
            + " for this service (vertexAi)?";
    private static final String CHECK_TOKEN = "Mint another ephemeral token, with more uses (a resumption may be one, too), a"
            + " later newSessionExpireTime and a later expireTime, and set it as apiKey.";
    private static final String CHECK_MODEL = "Check the model's name in the endpoint URI, that it is a live model, and the"
            + " option apiVersion: models are not available in every version.";
    private static final String CHECK_CONFIG = "Check config and the options that override it: something in the setup is not"
            + " supported by this model.";
    private static final String CHECK_INPUT = "Check what was sent last: it does not fit the session's config, or the context is"
            + " full, which contextWindowCompression prevents.";
    private static final String ASK_AGAIN = "The service limits the time of a connection. Ask again: that opens another one.";
    private static final String TRY_AGAIN = "The service has a problem. Try again, with growing pauses.";
    private static final String CHECK_QUOTA = "Slow down, close sessions that are idle, or ask for more quota.";

    private static final String OLD_SOCKET = "The service has not noticed yet that the session's connection before is closed."
            + " Try again, with growing pauses.";

    /** First match wins. */
    private static final List<CloseRule> CLOSES = List.of(
            new CloseRule(When.ANY, 0, "token has been used", Kind.AUTHENTICATION, Retry.NEVER, Handle.INNOCENT, CHECK_TOKEN),
            new CloseRule(When.ANY, 0, "api key", Kind.AUTHENTICATION, Retry.NEVER, Handle.INNOCENT, CHECK_KEY),
            new CloseRule(When.ANY, 0, "unauthenticated", Kind.AUTHENTICATION, Retry.NEVER, Handle.INNOCENT, CHECK_KEY),
            new CloseRule(When.ANY, 0, "permission", Kind.AUTHENTICATION, Retry.NEVER, Handle.INNOCENT, CHECK_KEY),
            new CloseRule(When.ANY, 0, "location is not supported", Kind.SETUP, Retry.NEVER, Handle.INNOCENT,
                    "The service is not offered where this request comes from; use vertexAi with a supported location."),
            new CloseRule(When.ANY, 0, "resource_exhausted", Kind.QUOTA, Retry.BACKOFF, Handle.INNOCENT, CHECK_QUOTA),
            new CloseRule(When.ANY, 0, "quota", Kind.QUOTA, Retry.BACKOFF, Handle.INNOCENT, CHECK_QUOTA),
            new CloseRule(When.ANY, 0, "overloaded", Kind.QUOTA, Retry.BACKOFF, Handle.INNOCENT, CHECK_QUOTA),
            new CloseRule(When.ANY, 1007, "is not found", Kind.SETUP, Retry.NEVER, Handle.INNOCENT, CHECK_MODEL),
            new CloseRule(When.ANY, 1008, "is not found", Kind.SETUP, Retry.NEVER, Handle.INNOCENT, CHECK_MODEL),
            new CloseRule(When.ANY, 1007, "not supported in the live api", Kind.SETUP, Retry.NEVER, Handle.INNOCENT,
                    CHECK_MODEL),
            new CloseRule(When.OPEN, 1007, "", Kind.SETUP, Retry.ONCE, Handle.INNOCENT, CHECK_INPUT),
            new CloseRule(When.ANY, 1007, "", Kind.SETUP, Retry.NEVER, Handle.SUSPECT, CHECK_CONFIG),
            new CloseRule(When.ANY, 1008, "requested entity was not found", Kind.LINE, Retry.ONCE, Handle.SUSPECT,
                    "A resumption handle or the id of a function call is not known to the service."),
            new CloseRule(When.ANY, 1008, "not implemented", Kind.LINE, Retry.ONCE, Handle.SUSPECT,
                    "The service refuses this now and then for no stated reason, often with tools; it may work when repeated."),
            new CloseRule(When.ANY, 1008, "", Kind.SETUP, Retry.NEVER, Handle.SUSPECT, CHECK_CONFIG),
            new CloseRule(When.ANY, 1000, "", Kind.LINE, Retry.BACKOFF, Handle.INNOCENT, ASK_AGAIN),
            new CloseRule(When.ANY, 1011, "still open", Kind.LINE, Retry.BACKOFF, Handle.INNOCENT,
                    OLD_SOCKET),
            new CloseRule(When.ANY, 1011, "already open", Kind.LINE, Retry.BACKOFF, Handle.INNOCENT,
                    OLD_SOCKET),
            new CloseRule(When.ANY, 1011, "deadline expired", Kind.LINE, Retry.BACKOFF, Handle.SUSPECT, ASK_AGAIN),
            new CloseRule(When.ANY, 1011, "", Kind.LINE, Retry.BACKOFF, Handle.SUSPECT, TRY_AGAIN),
            new CloseRule(When.ANY, 1006, "", Kind.LINE, Retry.BACKOFF, Handle.INNOCENT,
                    "Try again; if it happens often, check the network and the proxy."),
            new CloseRule(When.ANY, 0, "", Kind.LINE, Retry.BACKOFF, Handle.INNOCENT, TRY_AGAIN));

    private static final List<StatusRule> STATUSES = List.of(
            new StatusRule(300, 399, Kind.LINE, Retry.NEVER, "Redirects are not followed; set baseUrl to the final address."),
            new StatusRule(401, 401, Kind.AUTHENTICATION, Retry.NEVER, CHECK_KEY),
            new StatusRule(403, 403, Kind.AUTHENTICATION, Retry.NEVER, CHECK_KEY),
            new StatusRule(404, 404, Kind.LINE, Retry.NEVER,
                    "There is no live service at this address; check baseUrl and apiVersion."),
            new StatusRule(407, 407, Kind.LINE, Retry.NEVER,
                    "The proxy wants other credentials; check proxyUsername and proxyPassword."),
            new StatusRule(408, 408, Kind.LINE, Retry.BACKOFF, "The service was slow; try again."),
            new StatusRule(429, 429, Kind.QUOTA, Retry.BACKOFF, CHECK_QUOTA),
            new StatusRule(400, 499, Kind.LINE, Retry.NEVER,
                    "The request was not understood; check baseUrl, apiVersion and header.*."),
            new StatusRule(500, 599, Kind.LINE, Retry.BACKOFF,
                    "The service, or a proxy before it, has a problem; try again later."),
            new StatusRule(0, Integer.MAX_VALUE, Kind.LINE, Retry.NEVER, "Check baseUrl: this is no live service."));

    private static final int MAX_REFUSAL_CHARACTERS = 1_000;

    private static final String CHECK_TOKEN_REQUEST = "Check what is wanted of the token (uses, expireTime, newSessionExpireTime,"
            + " lockAdditionalFields, liveConnectConstraints), and config, which it is bound to.";

    /** Of the answers to a request for a token; the others mean what they mean for an upgrade. */
    private static final List<StatusRule> TOKEN_STATUSES = List.of(
            new StatusRule(400, 400, Kind.SETUP, Retry.NEVER, CHECK_TOKEN_REQUEST),
            new StatusRule(404, 404, Kind.LINE, Retry.NEVER,
                    "There are no ephemeral tokens at this address; check baseUrl and apiVersion, which has to be v1alpha with"
                            + " Google."));

    private final String where;
    private final String model;
    private final boolean ephemeral;

    FailureClassifier(URI uri, String model) {
        this.where = uri.getScheme() + "://" + uri.getAuthority();
        this.model = model;
        // the method that takes nothing but ephemeral tokens
        this.ephemeral = String.valueOf(uri.getPath()).endsWith("BidiGenerateContentConstrained");
    }

    /** The connection could not be opened. */
    Verdict notConnected(Throwable thrown, Redaction redaction) {
        Throwable failure = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof GenAiLiveException known) {
            return withoutCode(known, known.isRetriable() ? Retry.BACKOFF : Retry.NEVER);
        }
        if (failure instanceof LiveUpgradeRefusedException refused) {
            return refused(refused, redaction);
        }
        String problem = redaction.apply(String.valueOf(failure.getMessage()));
        if (failure instanceof TimeoutException) {
            return notConnected("No connection to " + where + " within connectTimeout: " + problem
                    + ". Check that the host can be reached from here (proxy, firewall), or raise connectTimeout.",
                    Retry.BACKOFF, failure);
        }
        if (failure instanceof UnknownHostException) {
            return notConnected("The host of " + where + " is not known: " + problem
                    + ". Check baseUrl (or location), the name resolution of this machine, and whether a proxy is needed"
                    + " (proxyHost).", Retry.BACKOFF, failure);
        }
        if (failure instanceof SSLException) {
            return notConnected("No secure connection to " + where + ": " + problem
                    + ". If the certificate is one of your own, trust it with sslContextParameters.", Retry.NEVER, failure);
        }
        if (failure instanceof ConnectException) {
            return notConnected("Nothing can be reached at " + where + ": " + problem
                    + ". Check baseUrl, the network, and whether a proxy is needed (proxyHost).", Retry.BACKOFF, failure);
        }
        // an address or a header that cannot be used stays so
        Retry retry = failure instanceof IllegalArgumentException ? Retry.NEVER : Retry.BACKOFF;
        return notConnected("The connection to " + where + " failed: " + problem, retry, failure);
    }

    private static Verdict notConnected(String message, Retry retry, Throwable cause) {
        return withoutCode(new LiveConnectionException(message, retry != Retry.NEVER, cause), retry);
    }

    private static Verdict withoutCode(GenAiLiveException failure, Retry retry) {
        return new Verdict(new Ending(failure, 0, ""), retry, false);
    }

    private Verdict refused(LiveUpgradeRefusedException original, Redaction redaction) {
        // The body may quote the request, so an exception with the redacted text stands for the original.
        LiveUpgradeRefusedException refused = new LiveUpgradeRefusedException(original.status(),
                redaction.apply(original.body()), original.byProxy());
        StatusRule rule = STATUSES.stream().filter(each -> each.from <= refused.status() && refused.status() <= each.to)
                .findFirst().orElseThrow();
        GenAiLiveException failure = refused.byProxy()
                ? new LiveConnectionException(where + ": " + refused.getMessage() + ". Check proxyHost, proxyPort,"
                        + " proxyUsername and proxyPassword, and whether the proxy allows this host.",
                        rule.retry != Retry.NEVER, refused)
                : exception(rule.kind, where + ": " + refused.getMessage() + ". " + hint(rule.kind, rule.hint), rule.retry,
                        refused, false);
        return new Verdict(new Ending(failure, refused.status(), refused.body()), rule.retry, false);
    }

    /** A request for an ephemeral token was refused. */
    GenAiLiveException noToken(int status, String body, Redaction redaction) {
        StatusRule rule = Stream.concat(TOKEN_STATUSES.stream(), STATUSES.stream())
                .filter(each -> each.from <= status && status <= each.to).findFirst().orElseThrow();
        // the Developer API answers 400 to a bad key
        boolean key = rule.kind == Kind.SETUP && body.toLowerCase(Locale.ROOT).contains("api key");
        String text = redaction.apply(body).strip();
        return exception(key ? Kind.AUTHENTICATION : rule.kind,
                where + ": the request for a token was answered with HTTP status "
                        + status
                        + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), MAX_REFUSAL_CHARACTERS)))
                        + ". "
                        + (key ? CHECK_KEY : rule.hint),
                rule.retry, null, false);
    }

    /** The connection ended before the setup was answered. */
    Verdict notSetUp(LiveClose close, Redaction redaction) {
        return closed("The service closed the connection instead of setting up a session with model " + model, close, redaction,
                false);
    }

    /** The service sent something, but not in time. */
    Verdict setupUnanswered(long millis) {
        // once, because silence is how some models refuse
        return withoutCode(new LiveConnectionException("The service at " + where
                + " did not answer the setup within setupTimeout=" + millis
                + "ms. Some models stay silent instead of refusing a field they do not support (proactivity and"
                + " enableAffectiveDialog are known ones): check config, or raise setupTimeout.", true), Retry.ONCE);
    }

    /** A session that was open ended without having been asked to. */
    Verdict lost(LiveClose close, Redaction redaction) {
        return closed("The session with model " + model + " ended", close, redaction, true);
    }

    private Verdict closed(String what, LiveClose close, Redaction redaction, boolean open) {
        String reason = redaction.apply(close.reason());
        String lowerCase = close.reason().toLowerCase(Locale.ROOT);
        String how = close.code() == 1006 && reason.isEmpty()
                ? "the connection broke without a closing handshake"
                : "close code " + close.code() + (reason.isEmpty() ? "" : ": " + reason);
        CloseRule rule = CLOSES.stream().filter(each -> each.matches(open, close.code(), lowerCase)).findFirst().orElseThrow();
        GenAiLiveException failure = exception(rule.kind, what + " (" + how + "). " + hint(rule.kind, rule.hint), rule.retry,
                close.cause(), open);
        return new Verdict(new Ending(failure, close.code(), reason), rule.retry, !open && rule.handle == Handle.SUSPECT);
    }

    private String hint(Kind kind, String hint) {
        return kind == Kind.AUTHENTICATION && ephemeral ? CHECK_TOKEN : hint;
    }

    private static GenAiLiveException exception(Kind kind, String message, Retry retry, Throwable cause, boolean open) {
        boolean retriable = retry != Retry.NEVER;
        return switch (kind) {
            case AUTHENTICATION -> new LiveAuthenticationException(message, retriable, cause);
            case QUOTA -> new LiveRateLimitException(message, retriable, cause);
            case SETUP -> open
                    ? new LiveSessionLostException(message, false, cause)
                    : new LiveSetupRejectedException(message, false, cause);
            case LINE -> open
                    ? new LiveSessionLostException(message, retriable, cause)
                    : new LiveConnectionException(message, retriable, cause);
        };
    }
}
