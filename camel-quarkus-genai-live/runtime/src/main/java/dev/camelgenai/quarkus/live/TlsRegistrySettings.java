package dev.camelgenai.quarkus.live;

import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConfiguration;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.core.events.ComponentAddEvent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jboss.logging.Logger;

/**
 * Gives the component the TLS configuration that {@code quarkus.camel.genai-live.tls-configuration-name} names. What an
 * application has set itself, on the component or on an endpoint, stays.
 */
@Singleton
public class TlsRegistrySettings {

    private static final Logger LOG = Logger.getLogger(TlsRegistrySettings.class);

    static final String OPTION = "quarkus.camel.genai-live.tls-configuration-name";

    private final Optional<String> name;
    private final TlsConfigurationRegistry registry;
    private final AtomicReference<ReloadableSslContext> context = new AtomicReference<>();

    TlsRegistrySettings(GenAiLiveConfig config, TlsConfigurationRegistry registry) {
        this.name = config.tlsConfigurationName();
        this.registry = registry;
    }

    /** Also where nothing uses the component yet: a name that is wrong is better known now. */
    void check(@Observes StartupEvent start) {
        name.ifPresent(this::configuration);
    }

    /** The component of the context, be it Camel's own or a bean of the application, before its properties are set. */
    void configure(@Observes ComponentAddEvent added) {
        if (name.isPresent() && added.getComponent() instanceof GenAiLiveComponent component) {
            GenAiLiveConfiguration options = component.getConfiguration();
            if (options.getSslContextParameters() != null) {
                LOG.debugf("%s is left aside: the component has sslContextParameters", OPTION);
                return;
            }
            options.setSslContextParameters(new Parameters(load(name.get())));
        }
    }

    void reload(@Observes CertificateUpdatedEvent updated) {
        ReloadableSslContext loaded = context.get();
        if (loaded != null && name.filter(updated.name()::equals).isPresent()) {
            try {
                loaded.reload(updated.tlsConfiguration());
            } catch (GeneralSecurityException e) {
                LOG.errorf(e,
                        "The certificates of the TLS configuration %s that were reloaded cannot be used; those before stay",
                        updated.name());
            }
        }
    }

    private ReloadableSslContext load(String configurationName) {
        try {
            ReloadableSslContext loaded = ReloadableSslContext.of(configuration(configurationName));
            context.set(loaded);
            return loaded;
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("The TLS configuration that " + OPTION + " names, " + configurationName
                    + ", cannot be used: " + e.getMessage(), e);
        }
    }

    private TlsConfiguration configuration(String configurationName) {
        return registry.get(configurationName)
                .orElseThrow(() -> new ConfigurationException(OPTION + " names the TLS configuration " + configurationName
                        + ", which there is not. Define it with quarkus.tls." + configurationName
                        + ".*, or correct the name."));
    }

    /** Camel's form of a context that exists already. */
    private static final class Parameters extends SSLContextParameters {

        private final ReloadableSslContext context;

        private Parameters(ReloadableSslContext context) {
            this.context = context;
        }

        @Override
        public ReloadableSslContext createSSLContext(CamelContext camelContext) {
            return context;
        }
    }
}
