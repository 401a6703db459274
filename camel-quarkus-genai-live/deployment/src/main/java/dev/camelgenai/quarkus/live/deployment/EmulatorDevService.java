package dev.camelgenai.quarkus.live.deployment;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.scenario.ScenarioFile;
import dev.camelgenai.quarkus.live.deployment.GenAiLiveBuildTimeConfig.SpeechPacing;
import io.quarkus.deployment.builditem.Startable;

/** The emulator in the process of the build. It outlives the application, which may be reloaded. */
final class EmulatorDevService implements Startable {

    /**
     * What makes one emulator differ from another: when these change, it is started anew.
     *
     * @param port         0 for any free one
     * @param scenario     as it was configured
     * @param scenarioFile where the scenario is a file
     * @param changed      when that was last changed, in milliseconds since the epoch; 0 where there is none
     */
    record Settings(int port, String scenario, Optional<Path> scenarioFile, long changed, SpeechPacing pacing) {

        /**
         * @param directory that a path is relative to
         */
        static Settings of(GenAiLiveBuildTimeConfig.DevServices config, Path directory) {
            Optional<Path> file = ScenarioFile.isFile(config.scenario())
                    ? Optional.of(directory.resolve(config.scenario()).toAbsolutePath().normalize())
                    : Optional.empty();
            // one that is not there is for the emulator to complain about
            long changed = file.map(path -> path.toFile().lastModified()).orElse(0L);
            return new Settings(config.port(), config.scenario(), file, changed, config.pacing());
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
                .scenario(settings.scenarioFile().map(Path::toString).orElse(settings.scenario())).start();
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
