package dev.camelgenai.quarkus.live.deployment;

import java.util.Map;
import java.util.Optional;

import dev.camelgenai.quarkus.live.deployment.EmulatorDevService.Settings;
import io.quarkus.deployment.IsDevServicesSupportedByLaunchMode;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.dev.devservices.DevServicesConfig;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** The Dev Service: an emulator where nothing says which service to talk to. */
@BuildSteps(onlyIf = { IsDevServicesSupportedByLaunchMode.class, DevServicesConfig.Enabled.class })
class GenAiLiveDevServicesProcessor {

    private static final Logger LOG = Logger.getLogger(GenAiLiveDevServicesProcessor.class);

    static final String BASE_URL = "camel.component.genai-live.base-url";

    @BuildStep
    void emulator(GenAiLiveBuildTimeConfig config, BuildProducer<DevServicesResultBuildItem> services) {
        if (!config.devservices().enabled()) {
            LOG.debug("No emulator: quarkus.camel.genai-live.devservices.enabled=false");
            return;
        }
        Optional<String> settled = LiveServiceSettings.in(ConfigProvider.getConfig());
        if (settled.isPresent()) {
            LOG.debugf("No emulator: %s says which service to talk to", settled.get());
            return;
        }
        Settings settings = Settings.of(config.devservices());
        services.produce(DevServicesResultBuildItem.owned().feature(GenAiLiveProcessor.FEATURE).serviceName("emulator")
                .description("Emulator of the Gemini Live API").serviceConfig(settings)
                .startable(() -> new EmulatorDevService(settings))
                .postStartHook(service -> LOG.infof("No key, no base URL: genai-live endpoints talk to an emulator at %s"
                        + " (scenario %s)", service.getConnectionInfo(), settings.scenario()))
                .configProvider(Map.of(BASE_URL, EmulatorDevService::getConnectionInfo)).build());
    }
}
