package dev.camelgenai.emulator.internal.audio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import dev.camelgenai.emulator.internal.audio.AudioEvent.ActivityEnded;
import dev.camelgenai.emulator.internal.audio.AudioEvent.ActivityStarted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

class AudioInputTest {

    private static final int RATE = 24_000;

    private static AudioInput detecting(int prefixPaddingMillis, int silenceMillis) {
        return new AudioInput(new ActivityDetection(false, Sensitivity.HIGH, Sensitivity.HIGH, prefixPaddingMillis,
                silenceMillis));
    }

    private static AudioInput sensitive(Sensitivity sensitivity) {
        return new AudioInput(new ActivityDetection(false, sensitivity, sensitivity, 0, 500));
    }

    @Test
    void givenSpeech_whenItIsCommitted_thenTheStartIsToldAtOnceAndTheEndWithTheSilence() {
        AudioInput input = detecting(20, 500);
        input.accept(Sound.silence(1_000, RATE), RATE);

        assertThat(input.accept(Sound.voice(10, RATE), RATE)).isEmpty();
        assertThat(input.accept(Sound.voice(10, RATE), RATE)).containsExactly(new ActivityStarted(Duration.ofMillis(1_000)));
        assertThat(input.speaking()).isTrue();
        assertThat(input.accept(Sound.voice(980, RATE), RATE)).isEmpty();
        assertThat(input.accept(Sound.silence(490, RATE), RATE)).isEmpty();

        assertThat(input.accept(Sound.silence(10, RATE), RATE)).singleElement().isInstanceOfSatisfying(ActivityEnded.class,
                ended -> {
                    assertThat(ended.offset()).isEqualTo(Duration.ofMillis(2_000));
                    assertThat(ended.turn()).isEqualTo(Sound.concat(Sound.silence(300, RATE), Sound.voice(10, RATE),
                            Sound.voice(10, RATE), Sound.voice(980, RATE), Sound.silence(500, RATE)));
                });
        assertThat(input.speaking()).isFalse();
        assertThat(input.heardMillis()).isEqualTo(2_500);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 101, 960, 100_000_000 })
    void givenSeveralActivities_whenSentInChunksOfAnySize_thenEachIsToldInOrderAndCutAtItsPlace(int chunkBytes) {
        AudioInput input = detecting(20, 200);
        byte[] pcm = Sound.concat(Sound.silence(500, RATE), Sound.voice(300, RATE), Sound.silence(400, RATE),
                Sound.voice(200, RATE), Sound.silence(1_000, RATE), Sound.voice(100, RATE), Sound.silence(50, RATE));

        List<Heard> heard = Heard.all(input, pcm, RATE, chunkBytes);

        assertThat(heard).extracting(Heard::start, Heard::end).containsExactly(
                tuple(500L, 800L), tuple(1_200L, 1_400L),
                tuple(2_400L, 2_500L));
        assertThat(heard.get(0).turn()).isEqualTo(slice(pcm, 200, 1_000));
        // the lead-in does not take what belongs to the turn before
        assertThat(heard.get(1).turn()).isEqualTo(slice(pcm, 1_000, 1_600));
        assertThat(heard.get(2).turn()).isEqualTo(slice(pcm, 2_100, 2_550));
    }

    private static byte[] slice(byte[] pcm, int fromMillis, int toMillis) {
        return Arrays.copyOfRange(pcm, fromMillis * 48, toMillis * 48);
    }

    @Test
    void givenNothingAnswered_whenTheStreamEndsInSilence_thenItsEndIsATurnAndTheSilenceAfterATurnIsNone() {
        AudioInput input = detecting(0, 500);
        input.accept(Sound.silence(10_000, RATE), RATE);

        List<Heard> silent = Heard.all(input.streamEnd());
        assertThat(silent).singleElement().satisfies(turn -> {
            assertThat(turn.turnMillis()).isEqualTo(AudioInput.MAX_SILENT_TURN_MILLIS);
            assertThat(turn.start()).isEqualTo(8_000);
            assertThat(turn.end()).isEqualTo(10_000);
        });
        assertThat(input.streamEnd()).as("an empty stream").isEmpty();

        input.accept(Sound.concat(Sound.voice(100, RATE), Sound.silence(600, RATE)), RATE);
        assertThat(input.streamEnd()).as("silence after a turn").isEmpty();

        input.accept(Sound.silence(100, RATE), RATE);
        assertThat(Heard.all(input.streamEnd())).as("the next stream").singleElement()
                .satisfies(turn -> assertThat(turn.turn()).isEqualTo(Sound.silence(100, RATE)));
    }

    @Test
    void givenQuietSamplesCutInTwo_whenTheStreamEnds_thenTheyComeBackAsTheyWere() {
        byte[] pcm = new byte[48_030];
        IntStream.range(0, pcm.length).forEach(i -> pcm[i] = (byte) (i % 5));
        AudioInput input = detecting(0, 0);

        List<Heard> heard = Heard.all(input, pcm, RATE, 1_001);

        assertThat(heard).singleElement().satisfies(turn -> assertThat(turn.turn()).isEqualTo(pcm));
    }

    @Test
    void givenHalfASample_whenTheStreamEnds_thenItIsDroppedAndTheNextStreamIsInStep() {
        AudioInput input = detecting(0, 0);
        byte[] voice = Sound.voice(500, RATE);

        List<Heard> first = Heard.all(input, Sound.concat(voice, new byte[]{ 77 }), RATE, 960);
        List<Heard> second = Heard.all(input, voice, RATE, 960);

        assertThat(first).singleElement().satisfies(turn -> assertThat(turn.turn()).isEqualTo(voice));
        assertThat(second).singleElement().satisfies(turn -> assertThat(turn.turn()).isEqualTo(voice));
    }

    @Test
    void givenEmptyChunks_whenSent_thenNothingHappens() {
        AudioInput input = detecting(0, 0);

        assertThat(input.accept(new byte[0], RATE)).isEmpty();
        assertThat(input.streamEnd()).isEmpty();
        assertThat(input.heardMillis()).isZero();
    }

    @Test
    void givenTheRateChangesWithinTheSpeech_whenItEnds_thenTimeAndTurnGoOn() {
        AudioInput input = detecting(20, 500);
        List<AudioEvent> events = new ArrayList<>();

        events.addAll(input.accept(Sound.silence(505, 8_000), 8_000));
        events.addAll(input.accept(Sound.voice(505, 44_100), 44_100));
        // half a sample of the old rate is no part of the new one
        events.addAll(input.accept(new byte[]{ 99 }, 44_100));
        events.addAll(input.accept(Sound.voice(500, 16_000), 16_000));
        events.addAll(input.accept(Sound.silence(600, 24_000), 24_000));

        assertThat(Heard.all(events)).singleElement().satisfies(turn -> {
            assertThat(turn.start()).isCloseTo(505, within(10L));
            assertThat(turn.end()).isCloseTo(1_510, within(10L));
            assertThat(turn.turnMillis()).isCloseTo(300 + 1_005 + 500, within(20.0));
            for (int millis : new int[]{ 320, 820 }) {
                byte[] voice = slice(turn.turn(), millis, millis + 450);
                assertThat(Sound.amplitude(voice, RATE, 300)).isCloseTo(8_000, within(100.0));
                assertThat(Sound.rms(voice)).isCloseTo(8_000 / Math.sqrt(2), within(100.0));
            }
        });
        assertThat(input.heardMillis()).isEqualTo(2_110);
    }

    @Test
    void givenTheRateDropsWithinADetectionWindow_whenSpeechComes_thenTimeHasNotJumped() {
        AudioInput input = detecting(20, 500);

        input.accept(new byte[383 * 2], 192_000);
        input.accept(Sound.silence(498, 4_000), 4_000);

        assertThat(input.accept(Sound.voice(100, 4_000), 4_000)).singleElement().satisfies(
                started -> assertThat(started.offset().toMillis()).isCloseTo(500, within(4L)));
    }

    @ParameterizedTest
    @CsvSource({ "16000,-60", "16000,-50", "16000,-40", "8000,-50", "8000,-40", "48000,-40", "44100,-50" })
    void givenConstantNoise_whenNobodySpeaks_thenNoActivityAndAVoiceAboveItIsOne(int rate, int dbfs) {
        for (Sensitivity sensitivity : Sensitivity.values()) {
            AudioInput input = sensitive(sensitivity);
            byte[] noise = Sound.noise(10_000, rate, dbfs);

            assertThat(Heard.send(input, noise, rate, rate / 25)).isEmpty();

            byte[] voice = Sound.mix(Sound.concat(Sound.silence(300, rate), Sound.voice(1_000, rate),
                    Sound.silence(2_000, rate)), noise);
            assertThat(Heard.all(Heard.send(input, voice, rate, rate / 25))).singleElement().satisfies(turn -> {
                assertThat(turn.start()).isCloseTo(10_300, within(20L));
                assertThat(turn.end()).isCloseTo(11_300, within(20L));
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Sensitivity.class)
    void givenAQuietRoom_whenAQuietVoiceSpeaks_thenItIsHeard(Sensitivity sensitivity) {
        AudioInput input = sensitive(sensitivity);
        // -43 dBFS: less than the noise of other rooms
        byte[] quiet = Sound.concat(Sound.silence(1_000, RATE), Sound.tone(500, RATE, 300, 328), Sound.silence(1_000, RATE));

        List<Heard> heard = Heard.all(Heard.send(input, Sound.mix(quiet, Sound.noise(2_500, RATE, -75)), RATE, 960));

        assertThat(heard).singleElement().satisfies(turn -> {
            assertThat(turn.start()).isCloseTo(1_000, within(20L));
            assertThat(turn.end()).isCloseTo(1_500, within(20L));
        });
    }

    @Test
    void givenAFanThatIsSwitchedOn_whenItGoesOn_thenItIsNoSpeechForEver() {
        AudioInput input = detecting(0, 500);
        byte[] fan = Sound.concat(Sound.silence(2_000, RATE), Sound.noise(8_000, RATE, -35));

        List<Heard> heard = Heard.all(Heard.send(input, fan, RATE, 960));

        // at first it might be a voice
        assertThat(heard).singleElement().satisfies(turn -> {
            assertThat(turn.start()).isEqualTo(2_000);
            assertThat(turn.end()).isLessThan(5_000);
        });
        assertThat(input.speaking()).isFalse();
    }

    @Test
    void givenALongTone_whenItDoesNotPause_thenItIsOneActivity() {
        AudioInput input = detecting(0, 500);

        List<Heard> heard = Heard.all(input, Sound.voice(30_000, RATE), RATE, 960);

        assertThat(heard).singleElement().satisfies(turn -> assertThat(turn.turnMillis()).isEqualTo(30_000));
    }

    @Test
    void givenTheThresholds_whenASoundIsBetweenThem_thenTheSensitivityDecides() {
        byte[] room = Sound.noise(2_000, RATE, -50);
        byte[] murmur = Sound.noise(500, RATE, -37);
        byte[] sounds = Sound.concat(room, murmur, room);

        assertThat(Heard.send(sensitive(Sensitivity.HIGH), sounds, RATE, 960)).hasSize(2);
        assertThat(Heard.send(sensitive(Sensitivity.LOW), sounds, RATE, 960)).isEmpty();
    }

    @Test
    void givenASpeakerWhoseVoiceDrops_whenTheEndSensitivityIsLow_thenTheSpeechGoesOn() {
        byte[] room = Sound.noise(2_000, RATE, -50);
        byte[] sounds = Sound.concat(room, Sound.voice(500, RATE), Sound.noise(800, RATE, -43.5), Sound.voice(500, RATE), room);

        assertThat(Heard.all(Heard.send(sensitive(Sensitivity.HIGH), sounds, RATE, 960))).hasSize(2);
        assertThat(Heard.all(Heard.send(
                new AudioInput(new ActivityDetection(false, Sensitivity.HIGH, Sensitivity.LOW, 0, 500)), sounds, RATE, 960)))
                .hasSize(1);
    }

    @Test
    void givenADirectCurrent_whenNobodySpeaks_thenItIsNoSpeech() {
        AudioInput input = detecting(0, 0);

        assertThat(Heard.send(input, Sound.constant(2_000, RATE, 12_000), RATE, 960)).isEmpty();
        assertThat(Heard.send(input, Sound.silence(2_000, RATE), RATE, 960)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "20,12", "20,15", "100,60", "100,90", "500,480" })
    void givenASoundShorterThanThePadding_whenItComesAnywhere_thenItIsNoActivityAndALongerOneIs(int padding, int millis) {
        for (int shift = 0; shift < 10; shift++) {
            AudioInput input = detecting(padding, 300);
            byte[] click = Sound.concat(Sound.silence(500 + shift, RATE), Sound.voice(millis, RATE), Sound.silence(500, RATE));
            byte[] longer = Sound.concat(Sound.voice(padding + 10, RATE), Sound.silence(500, RATE));

            assertThat(Heard.send(input, click, RATE, 960)).as("shifted by %s ms", shift).isEmpty();
            assertThat(Heard.send(input, longer, RATE, 960)).as("shifted by %s ms", shift).hasSize(2);
        }
    }

    @Test
    void givenALongPadding_whenSpeechIsCommittedLate_thenTheTurnHasItFromItsBeginning() {
        AudioInput input = detecting(1_000, 300);
        byte[] pcm = Sound.concat(Sound.silence(5_000, RATE), Sound.voice(1_500, RATE), Sound.silence(300, RATE));

        List<Heard> heard = Heard.all(Heard.send(input, pcm, RATE, 960));

        assertThat(heard).singleElement().satisfies(turn -> {
            assertThat(turn.start()).isEqualTo(5_000);
            assertThat(turn.turn()).isEqualTo(slice(pcm, 4_700, 6_800));
        });
    }

    @Test
    void givenMarks_whenAudioComes_thenOnlyWhatIsBetweenThemIsTheTurn() {
        AudioInput input = new AudioInput(ActivityDetection.byTheClient());
        byte[] said = Sound.voice(100, RATE);

        assertThat(input.accept(Sound.voice(500, RATE), RATE)).isEmpty();
        assertThat(input.activityStart()).containsExactly(new ActivityStarted(Duration.ofMillis(500)));
        assertThat(input.speaking()).isTrue();
        assertThat(input.activityStart()).as("a second start").isEmpty();
        assertThat(input.accept(said, RATE)).isEmpty();
        assertThat(input.streamEnd()).isEmpty();

        assertThat(input.activityEnd()).singleElement().isInstanceOfSatisfying(ActivityEnded.class, ended -> {
            assertThat(ended.offset()).isEqualTo(Duration.ofMillis(600));
            assertThat(ended.turn()).isEqualTo(said);
        });
        assertThat(input.activityEnd()).as("a second end").isEmpty();
        input.activityStart();
        assertThat(Heard.all(List.of(new ActivityStarted(Duration.ZERO), input.activityEnd().get(0)))).singleElement()
                .satisfies(turn -> assertThat(turn.turn()).isEmpty());
    }

    @Test
    void givenDetection_whenTheClientMarksAllTheSame_thenItIsRefused() {
        AudioInput input = detecting(0, 0);

        assertThatThrownBy(input::activityStart).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("automaticActivityDetection.disabled");
        assertThatThrownBy(input::activityEnd).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenAUserWhoNeverStops_whenTenMinutesAreOver_thenTheInputIsFullAndTakesNoMore() {
        AudioInput input = new AudioInput(ActivityDetection.byTheClient());
        input.activityStart();

        for (int minute = 0; minute < 10; minute++) {
            input.accept(new byte[60 * 4_000 * 2], 4_000);
        }
        assertThat(input.isFull()).isFalse();
        input.accept(new byte[2], 4_000);

        assertThat(input.isFull()).isTrue();
        assertThat(((ActivityEnded) input.activityEnd().get(0)).turn()).hasSize(600 * 24_000 * 2);
        assertThat(input.isFull()).isFalse();
    }

    @Test
    void givenARateThatChangesAllTheTime_whenItDoesSoTooOften_thenTheInputIsFull() {
        AudioInput input = new AudioInput(ActivityDetection.byTheClient());
        input.activityStart();

        for (int i = 0; i <= PcmBuffer.MAX_PIECES; i++) {
            assertThat(input.isFull()).isFalse();
            input.accept(new byte[2], 8_000 + i % 2);
        }

        assertThat(input.isFull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 3_999, 192_001 })
    void givenARateThatNoMicrophoneHas_whenAudioComes_thenItIsRefused(int rate) {
        assertThatThrownBy(() -> detecting(0, 0).accept(new byte[2], rate)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4000 to 192000");
    }

    @Test
    void givenUnsetDurations_whenTheDetectionIsMade_thenItHasTheDefaults() {
        assertThat(ActivityDetection.developerApi())
                .isEqualTo(new ActivityDetection(false, Sensitivity.HIGH, Sensitivity.HIGH, 20, 800));
        assertThat(ActivityDetection.vertexAi())
                .isEqualTo(new ActivityDetection(false, Sensitivity.LOW, Sensitivity.LOW, 20, 800));
        assertThatThrownBy(() -> detecting(-1, 0)).hasMessageContaining("prefixPaddingMs must be 0 to 600000");
        assertThatThrownBy(() -> detecting(0, 600_001)).hasMessageContaining("silenceDurationMs must be 0 to 600000");
    }
}
