package dev.camelgenai.live.protocol;

import java.net.URI;
import java.util.Objects;
import java.util.function.Function;

import com.google.auth.oauth2.GoogleCredentials;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveInputException;

/**
 * Which service, where, and as whom.
 *
 * @param endpoint    where
 * @param credentials as whom
 */
public record LiveTarget(LiveEndpoint endpoint, LiveCredentials credentials) {

    public LiveTarget {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(credentials, "credentials");
        // a combination that cannot work fails here and not at the first connect
        endpoint.uri(credentials);
    }

    /** The address to connect to. */
    public URI uri() {
        return endpoint.uri(credentials);
    }

    public LiveService service() {
        return endpoint.service();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Combines options with the environment the way Google's SDK does: what is set explicitly wins, and where only the
     * environment speaks, a project or location wins over a key on Vertex AI.
     */
    public static final class Builder {

        private Boolean vertexAi;
        private String apiKey;
        private GoogleCredentials credentials;
        private String project;
        private String location;
        private String apiVersion;
        private String baseUrl;
        private boolean allowInsecure;

        private Builder() {
        }

        /** {@code null}: as the environment says, otherwise the Developer API. */
        public Builder vertexAi(Boolean value) {
            vertexAi = value;
            return this;
        }

        /** An API key or ephemeral token; {@code null}: as the environment says. */
        public Builder apiKey(String value) {
            apiKey = value;
            return this;
        }

        /** Vertex AI only; {@code null}: the application default credentials, if there is a project. */
        public Builder credentials(GoogleCredentials value) {
            credentials = value;
            return this;
        }

        public Builder project(String value) {
            project = value;
            return this;
        }

        public Builder location(String value) {
            location = value;
            return this;
        }

        public Builder apiVersion(String value) {
            apiVersion = value;
            return this;
        }

        public Builder baseUrl(String value) {
            baseUrl = value;
            return this;
        }

        public Builder allowInsecure(boolean value) {
            allowInsecure = value;
            return this;
        }

        /**
         * @param  environment                 reads an environment variable, {@code null} if it is not set:
         *                                     {@code System::getenv}
         * @throws LiveInputException          when options contradict each other or are missing
         * @throws LiveAuthenticationException when there is no usable credential
         */
        public LiveTarget build(Function<String, String> environment) {
            Environment env = new Environment(environment);
            boolean vertex = vertexAi != null ? vertexAi : env.vertexAi();
            return vertex ? vertexAi(env) : developerApi(env);
        }

        private LiveTarget developerApi(Environment env) {
            if (credentials != null) {
                throw new LiveAuthenticationException(
                        "The option credentials is for Vertex AI: set vertexAi=true, or apiKey for"
                                + " the Gemini Developer API",
                        false);
            }
            String url = baseUrl != null ? baseUrl : env.get("GOOGLE_GEMINI_BASE_URL");
            String key = apiKey != null ? apiKey : env.apiKey();
            return new LiveTarget(
                    new LiveEndpoint(LiveService.DEVELOPER_API, url, apiVersion, project, location, allowInsecure),
                    key == null ? LiveCredentials.none() : LiveCredentials.apiKey(key));
        }

        private LiveTarget vertexAi(Environment env) {
            if (credentials != null && apiKey != null) {
                throw new LiveInputException("The options apiKey and credentials exclude each other", false);
            }
            String url = baseUrl != null ? baseUrl : env.get("GOOGLE_VERTEX_BASE_URL");
            boolean placed = project != null || location != null;
            String key = apiKey;
            String theProject = project;
            String theLocation = location;
            if (apiKey == null || placed) {
                theProject = project != null ? project : env.get("GOOGLE_CLOUD_PROJECT");
                theLocation = location != null ? location : env.get("GOOGLE_CLOUD_LOCATION");
            }
            if (key == null && credentials == null && theProject == null && theLocation == null) {
                key = env.apiKey();
            }
            if (baseUrl != null && apiKey == null && (project == null || location == null)) {
                // as in the SDK: whoever gives a base URL and no place of his own talks to a proxy that knows its place
                theProject = null;
                theLocation = null;
            } else if (key == null && theProject != null && theLocation == null) {
                theLocation = "global";
            }
            LiveEndpoint endpoint = new LiveEndpoint(LiveService.VERTEX_AI, url, apiVersion, theProject, theLocation,
                    allowInsecure);
            return new LiveTarget(endpoint, vertexCredentials(key, theProject));
        }

        private LiveCredentials vertexCredentials(String key, String theProject) {
            if (key != null) {
                return LiveCredentials.apiKey(key);
            }
            if (credentials != null) {
                return LiveCredentials.google(credentials);
            }
            return theProject == null ? LiveCredentials.none() : LiveCredentials.applicationDefault();
        }
    }

    /** The variables that Google's SDK reads; an empty one counts as not set. */
    private record Environment(Function<String, String> variables) {

        String get(String name) {
            String value = variables.apply(name);
            return value == null || value.isEmpty() ? null : value;
        }

        String apiKey() {
            String google = get("GOOGLE_API_KEY");
            return google != null ? google : get("GEMINI_API_KEY");
        }

        boolean vertexAi() {
            // the newer name wins
            String enterprise = get("GOOGLE_GENAI_USE_ENTERPRISE");
            return "true".equalsIgnoreCase(enterprise != null ? enterprise : get("GOOGLE_GENAI_USE_VERTEXAI"));
        }
    }
}
