package dev.camelgenai.live.protocol;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveInputException;

/**
 * Where the service is ({@code protocol} 1.1).
 *
 * @param service       which of the two
 * @param baseUrl       {@code http}, {@code https}, {@code ws} or {@code wss} address that replaces Google's, or {@code null}
 * @param apiVersion    such as {@code v1beta}, or {@code null} for the default of service and credential
 * @param project       the Google Cloud project, Vertex AI only; or {@code null}
 * @param location      a region, {@code us}, {@code eu} or {@code global}, Vertex AI only; or {@code null}
 * @param allowInsecure whether a base URL without TLS may name another machine than this one
 */
public record LiveEndpoint(LiveService service, String baseUrl, String apiVersion, String project, String location,
        boolean allowInsecure) {

    private static final String DEVELOPER_BASE = "wss://generativelanguage.googleapis.com";
    /** The one in which there are ephemeral tokens. */
    private static final String EPHEMERAL_VERSION = "v1alpha";
    private static final Set<String> MULTI_REGIONS = Set.of("us", "eu");
    // these become part of a host name, a path or a resource name
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*");
    private static final Pattern LOCATION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*");

    /**
     * @throws LiveInputException when a part cannot be used in an address, naming the option
     */
    public LiveEndpoint {
        Objects.requireNonNull(service, "service");
        check("apiVersion", apiVersion, SEGMENT);
        check("project", project, SEGMENT);
        check("location", location, LOCATION);
        if (service == LiveService.DEVELOPER_API && (project != null || location != null)) {
            throw new LiveInputException("The Gemini Developer API knows neither project nor location; set vertexAi=true to use"
                    + " Vertex AI", false);
        }
        if (baseUrl != null) {
            parse(baseUrl, allowInsecure);
        }
    }

    /** Google's own Developer API. */
    public static LiveEndpoint developerApi() {
        return new LiveEndpoint(LiveService.DEVELOPER_API, null, null, null, null, false);
    }

    /**
     * Google's own Vertex AI.
     *
     * @param project  {@code null} in express mode
     * @param location {@code null} in express mode
     */
    public static LiveEndpoint vertexAi(String project, String location) {
        return new LiveEndpoint(LiveService.VERTEX_AI, null, null, project, location, false);
    }

    /** The same service at another address, over TLS unless that is this machine. */
    public LiveEndpoint withBaseUrl(String url) {
        return new LiveEndpoint(service, url, apiVersion, project, location, allowInsecure);
    }

    /** The same with another version of the API. */
    public LiveEndpoint withApiVersion(String version) {
        return new LiveEndpoint(service, baseUrl, version, project, location, allowInsecure);
    }

    /**
     * The address to connect to with the given credentials: the kind of credential decides on method and version.
     *
     * @return                             a {@code ws} or {@code wss} address without any credential in it
     * @throws LiveAuthenticationException when the service does not take that kind of credential
     * @throws LiveInputException          when a project or location is missing
     */
    public URI uri(LiveCredentials credentials) {
        return service == LiveService.DEVELOPER_API ? developerUri(credentials) : vertexUri(credentials);
    }

    /**
     * Where ephemeral tokens are minted ({@code protocol} 1.2).
     *
     * @return                             an {@code http} or {@code https} address without any credential in it
     * @throws LiveInputException          on Vertex AI, which has no such tokens
     * @throws LiveAuthenticationException when the credential cannot mint tokens
     */
    public URI tokenUri(LiveCredentials credentials) {
        if (service != LiveService.DEVELOPER_API) {
            throw new LiveInputException(
                    "Ephemeral tokens (operation=createToken) are for the Gemini Developer API only, and this"
                            + " endpoint uses Vertex AI: set vertexAi=false and an apiKey, or let clients talk to a route in place of the"
                            + " service",
                    false);
        }
        if (credentials instanceof LiveCredentials.EphemeralToken) {
            throw new LiveAuthenticationException("An ephemeral token cannot mint others (operation=createToken): set apiKey to"
                    + " an API key", false);
        }
        String version = apiVersion != null ? apiVersion : EPHEMERAL_VERSION;
        URI socket = at(baseUrl == null ? DEVELOPER_BASE : baseUrl, "/" + version + "/auth_tokens");
        return URI.create("http" + socket.toString().substring("ws".length()));
    }

    private URI developerUri(LiveCredentials credentials) {
        if (credentials instanceof LiveCredentials.GoogleOAuth) {
            throw new LiveAuthenticationException("The Gemini Developer API takes an API key, not Google credentials: set the"
                    + " option apiKey, or vertexAi=true", false);
        }
        if (credentials instanceof LiveCredentials.None && baseUrl == null) {
            throw new LiveAuthenticationException("The Gemini Developer API needs an API key: set the option apiKey or the"
                    + " environment variable GOOGLE_API_KEY", false);
        }
        boolean ephemeral = credentials instanceof LiveCredentials.EphemeralToken;
        String version = apiVersion != null ? apiVersion : ephemeral ? EPHEMERAL_VERSION : "v1beta";
        String method = ephemeral ? "BidiGenerateContentConstrained" : "BidiGenerateContent";
        return at(baseUrl == null ? DEVELOPER_BASE : baseUrl,
                "/ws/google.ai.generativelanguage." + version + ".GenerativeService." + method);
    }

    private URI vertexUri(LiveCredentials credentials) {
        if (credentials instanceof LiveCredentials.EphemeralToken) {
            throw new LiveAuthenticationException("Ephemeral tokens are for the Gemini Developer API only; Vertex AI takes an"
                    + " API key or the option credentials", false);
        }
        boolean express = credentials instanceof LiveCredentials.ApiKey;
        boolean located = project != null && location != null;
        if (baseUrl != null && !express && !located) {
            // a proxy that knows its project by itself
            return parse(baseUrl, allowInsecure);
        }
        if (!express && !located) {
            throw new LiveInputException("Vertex AI needs the options project and location, an API key, or a baseUrl", false);
        }
        String version = apiVersion != null ? apiVersion : "v1beta1";
        return at(baseUrl == null ? "wss://" + vertexHost() : baseUrl,
                "/ws/google.cloud.aiplatform." + version + ".LlmBidiService/BidiGenerateContent");
    }

    private String vertexHost() {
        if (location == null || location.equalsIgnoreCase("global")) {
            return "aiplatform.googleapis.com";
        }
        return MULTI_REGIONS.contains(location)
                ? "aiplatform." + location + ".rep.googleapis.com"
                : location + "-aiplatform.googleapis.com";
    }

    private URI at(String base, String path) {
        URI uri = parse(base, allowInsecure);
        if (uri.getRawQuery() != null) {
            throw new LiveInputException("The option baseUrl must not have a query, a path is appended to it", false);
        }
        String text = uri.toString();
        return URI.create((text.endsWith("/") ? text.replaceAll("/+$", "") : text) + path);
    }

    /** Also checks it. The text is not repeated in messages: people put keys into URLs. */
    private static URI parse(String url, boolean allowInsecure) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new LiveInputException("The option baseUrl is not a URL: " + e.getReason() + " at index " + e.getIndex(),
                    false);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String socketScheme = switch (scheme) {
            case "http", "ws" -> "ws";
            case "https", "wss" -> "wss";
            default -> throw new LiveInputException("The option baseUrl must start with https://, wss://, http:// or ws://",
                    false);
        };
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new LiveInputException(
                    "The option baseUrl must name a host and have neither user name, password nor fragment",
                    false);
        }
        if (socketScheme.equals("ws") && !allowInsecure && !isLoopback(uri.getHost())) {
            throw new LiveInputException("The option baseUrl would send credentials and speech without TLS to " + uri.getHost()
                    + "; use https:// or set allowInsecure=true", false);
        }
        return URI.create(socketScheme + url.strip().substring(scheme.length()));
    }

    /** By name, without a look-up; so not names below localhost, which some resolvers ask the network for. */
    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.equals("[::1]")
                || name.equals("[0:0:0:0:0:0:0:1]") || name.matches("127(\\.\\d{1,3}){3}");
    }

    private static void check(String option, String value, Pattern pattern) {
        if (value != null && !pattern.matcher(value).matches()) {
            throw new LiveInputException("The option " + option + " is not valid: " + (value.isBlank()
                    ? "it is blank"
                    : "it may have letters, digits and hyphens only"), false);
        }
    }

    /** Without the query of the base URL, in which a proxy may want a key. */
    @Override
    public String toString() {
        return "LiveEndpoint[" + service + (baseUrl == null ? "" : " at " + baseUrl.replaceFirst("\\?.*", ""))
                + (apiVersion == null ? "" : ", apiVersion=" + apiVersion)
                + (project == null ? "" : ", project=" + project) + (location == null ? "" : ", location=" + location) + "]";
    }
}
