package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import com.google.auth.Retryable;
import com.google.auth.oauth2.GoogleCredentials;
import dev.camelgenai.live.error.LiveAuthenticationException;

/**
 * Who we are, told to the service in headers of the upgrade request and never in its URI ({@code protocol} 1.2). No
 * {@code toString} shows a secret.
 */
public sealed interface LiveCredentials {

    /** What the name of every ephemeral token starts with. */
    String EPHEMERAL_TOKEN_PREFIX = "auth_tokens/";

    /**
     * An API key of the Developer API or of Vertex AI's express mode, or an ephemeral token: what starts with
     * {@value #EPHEMERAL_TOKEN_PREFIX} is one.
     *
     * @throws LiveAuthenticationException when the key is blank or has characters that no key has
     */
    static LiveCredentials apiKey(String key) {
        if (key == null || key.isBlank()) {
            throw new LiveAuthenticationException("The option apiKey is blank", false);
        }
        // a key with a line break could smuggle a header in, and comes from a file read with its last line end
        if (key.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new LiveAuthenticationException("The option apiKey contains white space, a line break or another character"
                    + " that no API key has; was it read from a file with its line end?", false);
        }
        return key.startsWith(EPHEMERAL_TOKEN_PREFIX) ? new EphemeralToken(key) : new ApiKey(key);
    }

    /** OAuth with the given credentials; they are scoped to the cloud platform if they ask for a scope. */
    static LiveCredentials google(GoogleCredentials credentials) {
        Objects.requireNonNull(credentials, "credentials");
        return new GoogleOAuth(() -> credentials);
    }

    /** OAuth with the application default credentials, looked up at the first connect. */
    static LiveCredentials applicationDefault() {
        return new GoogleOAuth(GoogleCredentials::getApplicationDefault);
    }

    /** No credential at all: a proxy at a custom base URL adds its own. */
    static LiveCredentials none() {
        return new None();
    }

    /**
     * The headers that authenticate one connection. To be asked for at <em>every</em> connect, because tokens expire.
     *
     * @param  executor runs what blocks: the refresh of an access token
     * @return          fails with {@link LiveAuthenticationException}, retriable when the token service was unreachable
     */
    CompletionStage<Map<String, String>> headers(Executor executor);

    /** A long-lived key. */
    final class ApiKey implements LiveCredentials {

        private final String key;

        private ApiKey(String key) {
            this.key = key;
        }

        @Override
        public CompletionStage<Map<String, String>> headers(Executor executor) {
            return CompletableFuture.completedFuture(Map.of("x-goog-api-key", key));
        }

        @Override
        public String toString() {
            return "ApiKey[xxxxxx]";
        }
    }

    /** A short-lived token minted for one or a few sessions of the Developer API. */
    final class EphemeralToken implements LiveCredentials {

        private final String token;

        private EphemeralToken(String token) {
            this.token = token;
        }

        @Override
        public CompletionStage<Map<String, String>> headers(Executor executor) {
            return CompletableFuture.completedFuture(Map.of("Authorization", "Token " + token));
        }

        @Override
        public String toString() {
            return "EphemeralToken[xxxxxx]";
        }
    }

    /** Access tokens of a Google identity. */
    final class GoogleOAuth implements LiveCredentials {

        private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

        private final Source source;
        private volatile GoogleCredentials scoped;

        private GoogleOAuth(Source source) {
            this.source = source;
        }

        @Override
        public CompletionStage<Map<String, String>> headers(Executor executor) {
            CompletableFuture<Map<String, String>> headers = new CompletableFuture<>();
            try {
                executor.execute(() -> fetchInto(headers));
            } catch (RejectedExecutionException e) {
                headers.completeExceptionally(
                        new LiveAuthenticationException("No thread is left to fetch an access token on", true, e));
            }
            return headers;
        }

        /** Not supplyAsync, which would wrap the failure. */
        private void fetchInto(CompletableFuture<Map<String, String>> headers) {
            try {
                headers.complete(fetch());
            } catch (RuntimeException | Error e) {
                headers.completeExceptionally(e);
            }
        }

        private Map<String, String> fetch() {
            GoogleCredentials credentials = scoped();
            try {
                credentials.refreshIfExpired();
            } catch (IOException | IllegalStateException e) {
                // the latter from a fixed access token, which cannot be refreshed
                throw new LiveAuthenticationException("No access token for Vertex AI: the credentials could not be refreshed. "
                        + "Check the option credentials, or log in with `gcloud auth application-default login`",
                        isTransient(e), e);
            }
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Authorization", "Bearer " + credentials.getAccessToken().getTokenValue());
            if (credentials.getQuotaProjectId() != null) {
                headers.put("x-goog-user-project", credentials.getQuotaProjectId());
            }
            return headers;
        }

        private GoogleCredentials scoped() {
            GoogleCredentials known = scoped;
            if (known != null) {
                return known;
            }
            // two first connects at once may both look; either result is good
            GoogleCredentials found;
            try {
                found = source.find();
            } catch (IOException e) {
                throw new LiveAuthenticationException("No application default credentials for Vertex AI. Log in with "
                        + "`gcloud auth application-default login`, or set the option credentials or apiKey", false, e);
            }
            scoped = found.createScopedRequired() ? found.createScoped(SCOPE) : found;
            return scoped;
        }

        private static boolean isTransient(Exception e) {
            return e instanceof Retryable retryable && retryable.isRetryable();
        }

        @Override
        public String toString() {
            return "GoogleOAuth[xxxxxx]";
        }

        /** Where the credentials come from; may read files and ask a metadata server. */
        @FunctionalInterface
        interface Source {
            GoogleCredentials find() throws IOException;
        }
    }

    /** Nothing. */
    final class None implements LiveCredentials {

        private None() {
        }

        @Override
        public CompletionStage<Map<String, String>> headers(Executor executor) {
            return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public String toString() {
            return "None";
        }
    }
}
