package dev.camelgenai.quarkus.live.deployment;

import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.FeatureBuildItem;

class GenAiLiveProcessor {

    static final String FEATURE = "camel-genai-live";

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem(FEATURE);
    }
}
