package dev.camelgenai.emulator.internal.audio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.camelgenai.emulator.internal.audio.AudioEvent.ActivityEnded;
import dev.camelgenai.emulator.internal.audio.AudioEvent.ActivityStarted;

import static org.assertj.core.api.Assertions.assertThat;

/** An activity that an {@link AudioInput} has found, positions in milliseconds. */
record Heard(long start, long end, byte[] turn) {

    /** Sends audio in chunks. */
    static List<AudioEvent> send(AudioInput input, byte[] pcm, int rate, int chunkBytes) {
        List<AudioEvent> events = new ArrayList<>();
        for (int at = 0; at < pcm.length; at += chunkBytes) {
            events.addAll(input.accept(Arrays.copyOfRange(pcm, at, Math.min(pcm.length, at + chunkBytes)), rate));
        }
        return events;
    }

    /** Sends audio in chunks and ends the stream. */
    static List<Heard> all(AudioInput input, byte[] pcm, int rate, int chunkBytes) {
        List<AudioEvent> events = send(input, pcm, rate, chunkBytes);
        events.addAll(input.streamEnd());
        return all(events);
    }

    static List<Heard> all(List<AudioEvent> events) {
        List<Heard> heard = new ArrayList<>();
        for (int i = 0; i < events.size(); i += 2) {
            assertThat(events.get(i)).isInstanceOf(ActivityStarted.class);
            assertThat(events).hasSizeGreaterThan(i + 1);
            assertThat(events.get(i + 1)).isInstanceOf(ActivityEnded.class);
            heard.add(new Heard(events.get(i).offset().toMillis(), events.get(i + 1).offset().toMillis(),
                    ((ActivityEnded) events.get(i + 1)).turn()));
        }
        return heard;
    }

    double turnMillis() {
        return turn.length / 48.0;
    }
}
