package dev.camelgenai.emulator.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.camelgenai.emulator.internal.audio.Pcm;
import dev.camelgenai.emulator.internal.audio.WavFile;

/** Reads the sound files of scripted answers. */
final class SoundFile {

    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private SoundFile() {
    }

    /** The sound as mono PCM at the rate of the output. */
    static byte[] read(Path wav) {
        if (!Files.isRegularFile(wav)) {
            throw new InvalidScenarioException("There is no sound file " + wav);
        }
        try {
            if (Files.size(wav) > MAX_BYTES) {
                throw new InvalidScenarioException("The sound file " + wav + " has more than 64 MiB");
            }
            WavFile sound = WavFile.read(wav);
            return Pcm.toOutputRate(sound.pcm(), sound.rate());
        } catch (IOException e) {
            throw new InvalidScenarioException("The sound file cannot be read: " + e.getMessage(), e);
        }
    }
}
