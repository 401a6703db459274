package dev.camelgenai.quarkus.live.deployment;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import dev.camelgenai.live.CloudEventTransformer;
import dev.camelgenai.live.LiveCloudEventTransformer;
import dev.camelgenai.quarkus.live.GenAiLiveRecorder;
import dev.camelgenai.quarkus.live.SessionMetrics;
import dev.camelgenai.quarkus.live.SessionsHealthCheck;
import dev.camelgenai.quarkus.live.TlsRegistrySettings;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.deployment.Capabilities;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.metrics.MetricsCapabilityBuildItem;
import io.quarkus.deployment.metrics.MetricsFactoryConsumerBuildItem;
import io.quarkus.smallrye.health.deployment.spi.HealthBuildItem;
import org.apache.camel.quarkus.core.CamelCapabilities;
import org.apache.camel.quarkus.core.deployment.spi.CamelServiceBuildItem;

class GenAiLiveProcessor {

    static final String FEATURE = "camel-genai-live";

    private static final Path TRANSFORMERS = Path.of("META-INF/services/org/apache/camel/transformer");

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem(FEATURE);
    }

    /** Camel Quarkus leaves transformers of that name aside without the extension that has Camel's own. */
    @BuildStep
    void cloudEvents(Capabilities capabilities, BuildProducer<CamelServiceBuildItem> services) {
        if (capabilities.isMissing(CamelCapabilities.CLOUD_EVENTS)) {
            Map.of("application-cloudevents", CloudEventTransformer.class, "genai-live-application-cloudevents",
                    LiveCloudEventTransformer.class)
                    .forEach((name, transformer) -> services
                            .produce(new CamelServiceBuildItem(TRANSFORMERS.resolve(name), transformer.getName())));
        }
    }

    @BuildStep
    AdditionalBeanBuildItem tls() {
        return AdditionalBeanBuildItem.unremovableOf(TlsRegistrySettings.class);
    }

    @BuildStep
    HealthBuildItem health(GenAiLiveBuildTimeConfig config) {
        return new HealthBuildItem(SessionsHealthCheck.class.getName(), config.healthEnabled());
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void metrics(GenAiLiveBuildTimeConfig config, Optional<MetricsCapabilityBuildItem> capability, GenAiLiveRecorder recorder,
            BuildProducer<AdditionalBeanBuildItem> beans, BuildProducer<MetricsFactoryConsumerBuildItem> metrics) {
        if (config.metricsEnabled() && capability.isPresent()) {
            beans.produce(AdditionalBeanBuildItem.unremovableOf(SessionMetrics.class));
            metrics.produce(new MetricsFactoryConsumerBuildItem(recorder.sessionMetrics(), ExecutionTime.RUNTIME_INIT));
        }
    }
}
