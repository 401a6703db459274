package dev.camelgenai.compatibility;

import java.util.Map;

import dev.camelgenai.live.GenAiLiveEndpoint;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What Camel and its tools find in the jar by name: catalog, configurers, URI factory. */
class CatalogTest extends CompatibilityTestSupport {

    private static final String URI = "genai-live:gemini-3.8-live?sessionGroup=ask&response=turn";

    private RuntimeCamelCatalog catalog() {
        return context.getCamelContextExtension().getContextPlugin(RuntimeCamelCatalog.class);
    }

    @Test
    void theCatalogOfTheLineReadsTheComponent() {
        context.start();

        assertThat(catalog().componentJSonSchema("genai-live")).contains("\"scheme\": \"genai-live\"",
                "CamelGenAiLiveSessionKey");
        Map<String, String> options = Map.of("model", "gemini-3.8-live", "response", "turn");
        assertThat(catalog().validateProperties("genai-live", options).isSuccess()).isTrue();
        Map<String, String> typo = Map.of("model", "gemini-3.8-live", "turnTimout", "10s");
        assertThat(catalog().validateProperties("genai-live", typo).getUnknown()).containsExactly("turnTimout");
    }

    @Test
    void theConfigurersAreFoundByNameSoThatNothingIsSetByReflection() {
        context.start();

        assertThat(configurer("genai-live-component")).isNotNull();
        assertThat(configurer("genai-live-endpoint")).isNotNull();
        EndpointUriFactory uris = context.getCamelContextExtension().getEndpointUriFactory("genai-live");
        assertThat(uris.propertyNames()).contains("sessionGroup", "turnTimeout");
        assertThat(uris.secretPropertyNames()).contains("apiKey");
        assertThat(uris.isEnabled("genai-live")).isTrue();
    }

    private PropertyConfigurer configurer(String name) {
        return PluginHelper.getConfigurerResolver(context).resolvePropertyConfigurer(name, context);
    }

    @Test
    void optionsOfEndpointAndComponentAreSetByTheirNames() throws Exception {
        context.start();
        PropertyBindingSupport.build().withMandatory(true).withIgnoreCase(true).withReflection(false)
                .withConfigurer(configurer("genai-live-component"))
                .bind(context, context.getComponent("genai-live"), "turn-timeout", "12s");

        GenAiLiveEndpoint endpoint = context.getEndpoint(URI + "&maxSessions=7&reconnect=false", GenAiLiveEndpoint.class);

        assertThat(endpoint.getConfiguration().getTurnTimeout()).isEqualTo(12_000);
        assertThat(endpoint.getConfiguration().getMaxSessions()).isEqualTo(7);
        assertThat(endpoint.getConfiguration().isReconnect()).isFalse();
    }

    @Test
    void anUnknownOptionIsRefusedWithTheOnesThatAreAcceptedButNotItsValue() {
        context.start();

        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?apikye=very-secret"))
                .isInstanceOf(ResolveEndpointFailedException.class).cause().hasMessageContaining("apikye")
                .hasMessageContaining("apiKey").hasMessageContaining("turnTimeout").hasMessageNotContaining("very-secret");
    }

    @Test
    void aValueThatCannotBeIsRefusedWithWhatCould() {
        context.start();

        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?turnTimeout=soon"))
                .hasStackTraceContaining("turnTimeout").hasStackTraceContaining("a duration such as 500, 10s or 2m");
    }

    @Test
    void aSecretOfAnEndpointIsMaskedWhereCamelShowsIt() {
        context.start();

        assertThat(context.getEndpoint("genai-live:gemini-3.8-live?apiKey=very-secret").toString()).contains("genai-live")
                .doesNotContain("very-secret");
    }
}
