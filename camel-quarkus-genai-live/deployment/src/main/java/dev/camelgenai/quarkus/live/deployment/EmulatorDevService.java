package dev.camelgenai.quarkus.live.deployment;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.quarkus.live.deployment.GenAiLiveBuildTimeConfig.SpeechPacing;
import io.quarkus.deployment.builditem.Startable;

/** The emulator in the process of the build. It outlives the application, which may be reloaded. */
final class EmulatorDevService implements Startable {

    /**
     * What makes one emulator differ from another: when these change, it is started anew.
     *
     * @param port     0 for any free one
     * @param scenario a name or the path of a YAML file
     */
    record Settings(int port, String scenario, SpeechPacing pacing) {

        static Settings of(GenAiLiveBuildTimeConfig.DevServices config) {
            return new Settings(config.port(), config.scenario(), config.pacing());
        }
    }

    /** The Dev UI acts on it; Quarkus hands out the service only once, when it starts. */
    private static final AtomicReference<GenAiLiveEmulator> RUNNING = new AtomicReference<>();

    private final Settings settings;
    private GenAiLiveEmulator emulator;

    EmulatorDevService(Settings settings) {
        this.settings = settings;
    }

    /** The one that runs, if one does. */
    static Optional<GenAiLiveEmulator> running() {
        return Optional.ofNullable(RUNNING.get());
    }

    /**
     * @throws RuntimeException where it cannot; says which of its settings is why
     */
    @Override
    public void start() {
        // the pacing first: a scenario file may have one of its own
        emulator = GenAiLiveEmulator.builder().port(settings.port()).tlsPort(GenAiLiveEmulator.OFF)
                .pacing(settings.pacing() == SpeechPacing.IMMEDIATE ? Pacing.IMMEDIATE : Pacing.REALISTIC)
                .scenario(settings.scenario()).start();
        RUNNING.set(emulator);
    }

    @Override
    public String getConnectionInfo() {
        return emulator.wsUrl();
    }

    /** There is no container. */
    @Override
    public String getContainerId() {
        return null;
    }

    @Override
    public void close() {
        if (emulator != null) {
            RUNNING.compareAndSet(emulator, null);
            emulator.close();
        }
    }
}
