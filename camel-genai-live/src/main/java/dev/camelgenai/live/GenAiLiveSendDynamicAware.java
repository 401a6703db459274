package dev.camelgenai.live;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.spi.SendDynamicAware;
import org.apache.camel.spi.annotations.SendDynamic;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.component.RawParameterHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.Pair;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.apache.camel.util.UnsafeUriCharactersEncoder;

/**
 * Lets {@code toD}, and the dynamic {@code enrich} and {@code wireTap}, use one endpoint for all exchanges. A session key that
 * the exchange decides upon is taken out of the URI and counts like the header
 * {@link GenAiLiveConstants#SESSION_KEY}, also with {@code steeringHeaders=false}. Where other parts of the URI depend on the
 * exchange, the model or the group, the endpoint is the one that stands for all of them ({@link DynamicEndpoint}).
 */
@SendDynamic("genai-live")
public final class GenAiLiveSendDynamicAware extends ServiceSupport implements SendDynamicAware {

    private CamelContext camelContext;
    private String scheme;
    private volatile Template template;

    /** What the route says, and what of it is the same for all exchanges. */
    private record Template(String uri, ParsedUri parsed) {
    }

    /** @param sessionKey the parameter as it is written, {@code null} for none */
    private record ParsedUri(String withoutKey, String sessionKey) {
    }

    private static final class Entry extends DynamicAwareEntry {

        private final String staticUri;
        private final String target;
        private final String sessionKey;

        private Entry(String uri, String originalUri, String staticUri, String target, String sessionKey) {
            super(uri, originalUri, Map.of(), Map.of());
            this.staticUri = staticUri;
            this.target = target;
            this.sessionKey = sessionKey;
        }
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setScheme(String scheme) {
        this.scheme = scheme;
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    /**
     * @return                    {@code null} where nothing in the URI depends on the exchange
     * @throws LiveInputException when the session key that the exchange decides upon is blank
     */
    @Override
    public DynamicAwareEntry prepare(Exchange exchange, String uri, String originalUri) throws Exception {
        Template written = template(originalUri);
        if (uri.equals(written.uri())) {
            return null;
        }
        ParsedUri parsed = parse(uri);
        String sessionKey = null;
        String rest = uri;
        if (parsed.sessionKey() != null && !parsed.sessionKey().equals(written.parsed().sessionKey())) {
            sessionKey = sessionKey(parsed.sessionKey());
            rest = parsed.withoutKey();
        }
        return rest.equals(written.parsed().withoutKey())
                ? new Entry(uri, originalUri, rest, null, sessionKey)
                : new Entry(uri, originalUri, DynamicEndpoint.uri(scheme, rest), rest, sessionKey);
    }

    private Template template(String originalUri) {
        Template known = template;
        if (known == null) {
            String resolved = EndpointHelper.resolveEndpointUriPropertyPlaceholders(camelContext, originalUri.trim());
            known = new Template(resolved, parse(resolved));
            template = known;
        }
        return known;
    }

    /** Leaves the text of the other parameters as it is: Camel is to read it as if it had never been touched. */
    private static ParsedUri parse(String uri) {
        String query = URISupport.extractQuery(uri);
        if (query == null) {
            return new ParsedUri(uri, null);
        }
        List<String> others = new ArrayList<>();
        String sessionKey = null;
        for (String parameter : parameters(query)) {
            if (sessionKey == null
                    && GenAiLiveComponent.plainName(StringHelper.before(parameter, "=", "")).equals("sessionkey")) {
                sessionKey = parameter;
            } else {
                others.add(parameter);
            }
        }
        String path = URISupport.stripQuery(uri);
        return new ParsedUri(others.isEmpty() ? path : path + "?" + String.join("&", others), sessionKey);
    }

    private static List<String> parameters(String query) {
        List<Pair<Integer>> raw = URISupport.scanRaw(query);
        List<String> parameters = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < query.length(); i++) {
            if (query.charAt(i) == '&' && !URISupport.isRaw(i, raw)) {
                parameters.add(query.substring(start, i));
                start = i + 1;
            }
        }
        parameters.add(query.substring(start));
        return parameters;
    }

    /** As Camel reads the parameter of an endpoint. */
    private String sessionKey(String parameter) throws Exception {
        String uri = EndpointHelper.normalizeEndpointUri(scheme + ":key?" + parameter);
        Map<String, Object> read = URISupport.parseParameters(new URI(UnsafeUriCharactersEncoder.encode(uri)));
        RawParameterHelper.resolveRawParameterValues(camelContext, read);
        String key = read.values().stream().findFirst().map(Object::toString).orElse("");
        if (key.isBlank()) {
            throw new LiveInputException("The option sessionKey of the dynamic URI is blank for this exchange. Set it to the"
                    + " conversation that the exchange belongs to; the header or variable that the URI refers to may be"
                    + " missing.", false);
        }
        return key;
    }

    @Override
    public String resolveStaticUri(Exchange exchange, DynamicAwareEntry entry) {
        return ((Entry) entry).staticUri;
    }

    @Override
    public Processor createPreProcessor(Exchange exchange, DynamicAwareEntry entry) {
        Entry prepared = (Entry) entry;
        return target -> new DynamicSend(target.getProperty(ExchangePropertyKey.TO_ENDPOINT, String.class), prepared.target,
                prepared.sessionKey).attachTo(target);
    }

    @Override
    public Processor createPostProcessor(Exchange exchange, DynamicAwareEntry entry) {
        return DynamicSend::detachFrom;
    }
}
