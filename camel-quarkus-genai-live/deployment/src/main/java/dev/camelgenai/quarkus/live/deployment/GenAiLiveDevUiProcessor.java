package dev.camelgenai.quarkus.live.deployment;

import java.util.Map;
import java.util.function.Function;

import dev.camelgenai.quarkus.live.GenAiLiveDevUiService;
import io.quarkus.deployment.IsLocalDevelopment;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.devui.spi.JsonRPCProvidersBuildItem;
import io.quarkus.devui.spi.buildtime.BuildTimeActionBuildItem;
import io.quarkus.devui.spi.page.CardPageBuildItem;
import io.quarkus.devui.spi.page.Page;

/** The card in the Dev UI. */
@BuildSteps(onlyIf = IsLocalDevelopment.class)
class GenAiLiveDevUiProcessor {

    @BuildStep
    CardPageBuildItem card() {
        CardPageBuildItem card = new CardPageBuildItem();
        card.addPage(Page.webComponentPageBuilder().title("Live sessions").icon("font-awesome-solid:comments")
                .componentLink("qwc-genai-live-sessions.js"));
        return card;
    }

    @BuildStep
    JsonRPCProvidersBuildItem application() {
        return new JsonRPCProvidersBuildItem(GenAiLiveDevUiService.class);
    }

    /** The emulator lives in the process of the build, not in the application. */
    @BuildStep
    BuildTimeActionBuildItem emulator() {
        BuildTimeActionBuildItem actions = new BuildTimeActionBuildItem();
        actions.actionBuilder().methodName("emulator").function(EmulatorActions::emulator).build();
        onSession(actions, "goAway", EmulatorActions::goAway);
        onSession(actions, "drop", EmulatorActions::drop);
        onSession(actions, "interrupt", EmulatorActions::interrupt);
        return actions;
    }

    private static void onSession(BuildTimeActionBuildItem actions, String name, Function<Map<String, String>, ?> action) {
        actions.actionBuilder().methodName(name)
                .parameter(EmulatorActions.SESSION, "The number of the session in the emulator").function(action).build();
    }
}
