package org.acme.live;

import java.util.Map;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

/** An emulator in the hands of a test, in place of that of the Dev Service. */
public class LiveServiceResource implements QuarkusTestResourceLifecycleManager {

    private GenAiLiveEmulator emulator;

    @Override
    public Map<String, String> start() {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).start();
        return Map.of("camel.component.genai-live.base-url", emulator.wsUrl(), "camel.component.genai-live.api-key", "any");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(emulator, new TestInjector.MatchesType(GenAiLiveEmulator.class));
    }

    @Override
    public void stop() {
        emulator.close();
    }
}
