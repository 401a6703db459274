package dev.camelgenai.emulator.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

import dev.camelgenai.emulator.internal.audio.Pcm;

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
            try (AudioInputStream sound = AudioSystem.getAudioInputStream(wav.toFile())) {
                AudioFormat from = sound.getFormat();
                AudioFormat to = new AudioFormat(from.getSampleRate(), 16, from.getChannels(), true, false);
                try (AudioInputStream pcm = AudioSystem.getAudioInputStream(to, sound)) {
                    return Pcm.toOutputRate(mono(pcm.readAllBytes(), from.getChannels()), (int) from.getSampleRate());
                }
            }
        } catch (IOException | UnsupportedAudioFileException | IllegalArgumentException e) {
            if (e instanceof InvalidScenarioException) {
                throw (InvalidScenarioException) e;
            }
            throw new InvalidScenarioException(
                    "The sound file " + wav + " cannot be read: it must be a WAV file with PCM, not compressed", e);
        }
    }

    private static byte[] mono(byte[] pcm, int channels) {
        if (channels == 1) {
            return pcm;
        }
        int frame = channels * Pcm.SAMPLE_BYTES;
        byte[] mono = new byte[pcm.length / frame * Pcm.SAMPLE_BYTES];
        for (int i = 0; i < mono.length / Pcm.SAMPLE_BYTES; i++) {
            int sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += Pcm.sample(pcm, i * frame + channel * Pcm.SAMPLE_BYTES);
            }
            int mean = sum / channels;
            mono[i * Pcm.SAMPLE_BYTES] = (byte) mean;
            mono[i * Pcm.SAMPLE_BYTES + 1] = (byte) (mean >> 8);
        }
        return mono;
    }
}
