package dev.camelgenai.quarkus.live.deployment;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import dev.camelgenai.quarkus.live.deployment.EmulatorDevService.Settings;
import io.quarkus.bootstrap.workspace.WorkspaceModule;
import io.quarkus.deployment.IsDevServicesSupportedByLaunchMode;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.builditem.HotDeploymentWatchedFileBuildItem;
import io.quarkus.deployment.dev.devservices.DevServicesConfig;
import io.quarkus.deployment.pkg.builditem.CurateOutcomeBuildItem;
import io.smallrye.common.annotation.Identifier;
import org.apache.camel.BindToRegistry;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.logging.Logger;

/** The Dev Service: an emulator where nothing says which service to talk to. */
@BuildSteps(onlyIf = { IsDevServicesSupportedByLaunchMode.class, DevServicesConfig.Enabled.class })
class GenAiLiveDevServicesProcessor {

    private static final Logger LOG = Logger.getLogger(GenAiLiveDevServicesProcessor.class);

    static final String BASE_URL = "camel.component.genai-live.base-url";

    private static final String SCHEME = "genai-live";
    private static final DotName PRODUCES = DotName.createSimple(Produces.class);
    private static final DotName BIND_TO_REGISTRY = DotName.createSimple(BindToRegistry.class);
    private static final List<DotName> NAMING = List.of(DotName.createSimple(Named.class),
            DotName.createSimple(Identifier.class), BIND_TO_REGISTRY);

    @BuildStep
    void emulator(GenAiLiveBuildTimeConfig config, CombinedIndexBuildItem index, CurateOutcomeBuildItem application,
            BuildProducer<HotDeploymentWatchedFileBuildItem> watched, BuildProducer<DevServicesResultBuildItem> services) {
        if (!config.devservices().enabled()) {
            LOG.debug("No emulator: quarkus.camel.genai-live.devservices.enabled=false");
            return;
        }
        Optional<String> settled = LiveServiceSettings.in(ConfigProvider.getConfig());
        if (settled.isPresent()) {
            LOG.debugf("No emulator: %s says which service to talk to", settled.get());
            return;
        }
        Optional<AnnotationTarget> component = componentOfTheApplication(index.getIndex());
        if (component.isPresent()) {
            LOG.infof("No emulator: the application makes the component itself (%s), and knows where it is to go",
                    component.get());
            return;
        }
        Settings settings = settings(config.devservices(), application);
        settings.scenarioFile().ifPresent(file -> watched.produce(new HotDeploymentWatchedFileBuildItem(file.toString())));
        services.produce(DevServicesResultBuildItem.owned().feature(GenAiLiveProcessor.FEATURE).serviceName("emulator")
                .description("Emulator of the Gemini Live API").serviceConfig(settings)
                .startable(() -> new EmulatorDevService(settings))
                .postStartHook(service -> LOG.infof("No key, no base URL: genai-live endpoints talk to an emulator at %s"
                        + " (scenario %s)", service.getConnectionInfo(), settings.scenario()))
                .configProvider(Map.of(BASE_URL, EmulatorDevService::getConnectionInfo)).build());
    }

    /** A bean of that name takes the place of Camel's own component; a base URL would replace the one that it has. */
    private static Optional<AnnotationTarget> componentOfTheApplication(IndexView index) {
        return NAMING.stream().flatMap(annotation -> index.getAnnotations(annotation).stream())
                .filter(name -> name.value() != null && SCHEME.equals(name.value().asString()))
                .map(AnnotationInstance::target).filter(GenAiLiveDevServicesProcessor::isBean).findFirst();
    }

    /** And not a place where a bean is injected. */
    private static boolean isBean(AnnotationTarget named) {
        return switch (named.kind()) {
            case CLASS -> true;
            case METHOD, FIELD -> named.hasAnnotation(PRODUCES) || named.hasAnnotation(BIND_TO_REGISTRY);
            default -> false;
        };
    }

    private static Settings settings(GenAiLiveBuildTimeConfig.DevServices config, CurateOutcomeBuildItem application) {
        WorkspaceModule module = application.getApplicationModel().getAppArtifact().getWorkspaceModule();
        return Settings.of(config, module == null ? Path.of("") : module.getModuleDir().toPath());
    }
}
