package dev.camelgenai.emulator.internal.audio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What is detected in the recording of a woman who says "front center". */
class SpeechRecordingTest {

    /*
     * Where she speaks, in milliseconds, found with Python's wave and struct, apart from the code under test: the standard
     * deviation of each 10 ms is above -40 dBFS from 70 to 310 ("fron"), 400 to 430 ("t"), 810 to 1090 ("cen") and 1140 to 1330
     * ("ter"). Between 560 and 790 there is digital silence. The file lasts 1428 ms.
     */
    private static final long FRONT = 70;
    private static final long FRONT_END = 430;
    private static final long CENTER = 810;
    private static final long CENTER_END = 1330;
    private static final long LENGTH = 1428;
    private static final long TOLERANCE = 100;

    private static final int RATE = 16_000;
    private static byte[] recording;

    @BeforeAll
    static void read() throws IOException {
        // surefire says where the module is, an IDE starts there
        Path module = Path.of(System.getProperty("basedir", ""));
        WavFile wav = WavFile.read(
                module.resolve("../examples-quarkus/chatbot/src/main/resources/speech/front-center.wav").normalize());
        assertThat(wav.rate()).isEqualTo(RATE);
        recording = wav.pcm();
    }

    private static ActivityDetection silenceOf(int millis) {
        return new ActivityDetection(false, Sensitivity.HIGH, Sensitivity.HIGH, 0, millis);
    }

    /** With as much silence behind it as ends any activity. */
    private static byte[] andThenSilence() {
        return Sound.concat(recording, Sound.silence(1_000, RATE));
    }

    private static int bytes(int millis, int rate) {
        return millis == 0 ? Integer.MAX_VALUE / 2 : millis * rate / 1000 * 2;
    }

    private static void assertBothWordsIn(Heard activity, long offset) {
        assertThat(activity.start() - offset).isCloseTo(FRONT, within(TOLERANCE));
        assertThat(activity.end() - offset).isCloseTo(CENTER_END, within(TOLERANCE));
    }

    /** A chunk of 0 ms is the whole file. */
    @ParameterizedTest
    @CsvSource({ "500,10", "500,20", "500,100", "500,0", "800,10", "800,20", "800,100", "800,0" })
    void givenLongEnoughASilence_whenBothWordsAreSaid_thenTheyAreOneActivity(int silence, int chunk) {
        AudioInput input = new AudioInput(silenceOf(silence));

        List<Heard> heard = Heard.all(Heard.send(input, andThenSilence(), RATE, bytes(chunk, RATE)));

        assertThat(heard).singleElement().satisfies(activity -> {
            assertBothWordsIn(activity, 0);
            // there is less than the lead-in before the first word, and the turn ends with the silence that ended it
            assertThat(activity.turnMillis()).isCloseTo(activity.end() + silence, within(10.0));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = { 10, 20, 100, 0 })
    void givenAShortSilence_whenBothWordsAreSaid_thenEachIsAnActivity(int chunk) {
        AudioInput input = new AudioInput(silenceOf(100));

        List<Heard> heard = Heard.all(Heard.send(input, andThenSilence(), RATE, bytes(chunk, RATE)));

        // the pause before the t of "front" is 90 ms, the one between the words 380 ms
        assertThat(heard).hasSize(2);
        assertThat(heard.get(0).start()).isCloseTo(FRONT, within(TOLERANCE));
        assertThat(heard.get(0).end()).isCloseTo(FRONT_END, within(TOLERANCE));
        assertThat(heard.get(1).start()).isCloseTo(CENTER, within(TOLERANCE));
        assertThat(heard.get(1).end()).isCloseTo(CENTER_END, within(TOLERANCE));
        // the first turn took the 100 ms of silence that ended it
        assertThat(heard.get(1).turnMillis()).isCloseTo(
                Math.min(AudioInput.LEAD_IN_MILLIS, heard.get(1).start() - heard.get(0).end() - 100)
                        + heard.get(1).end() + 100 - heard.get(1).start(),
                within(10.0));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 7, 641, 3_333 })
    void givenChunksThatCutSamples_whenBothWordsAreSaid_thenTheSameIsHeardAsInOneChunk(int chunkBytes) {
        List<Heard> whole = Heard.all(new AudioInput(silenceOf(100)), recording, RATE, recording.length);

        List<Heard> cut = Heard.all(new AudioInput(silenceOf(100)), recording, RATE, chunkBytes);

        assertThat(cut).hasSameSizeAs(whole).hasSize(2);
        for (int i = 0; i < cut.size(); i++) {
            assertThat(cut.get(i).start()).isEqualTo(whole.get(i).start());
            assertThat(cut.get(i).end()).isEqualTo(whole.get(i).end());
            assertThat(cut.get(i).turn()).isEqualTo(whole.get(i).turn());
        }
    }

    @ParameterizedTest
    @EnumSource(Sensitivity.class)
    void givenAnySensitivity_whenTheStreamEnds_thenAllOfTheRecordingIsTheTurn(Sensitivity sensitivity) {
        AudioInput input = new AudioInput(new ActivityDetection(false, sensitivity, sensitivity, 0, 0));

        List<Heard> heard = Heard.all(input, recording, RATE, 640);

        assertThat(heard).singleElement().satisfies(activity -> {
            assertBothWordsIn(activity, 0);
            assertThat(activity.turnMillis()).isCloseTo(LENGTH, within(1.0));
        });
    }

    @ParameterizedTest
    @CsvSource({ "500,20", "500,0", "800,20", "800,0" })
    void givenTheRecordingTwice_whenSilenceIsBetween_thenTwoActivities(int silence, int chunk) {
        AudioInput input = new AudioInput(silenceOf(silence));
        byte[] twice = Sound.concat(recording, Sound.silence(1_500, RATE), recording);

        List<Heard> heard = Heard.all(input, twice, RATE, bytes(chunk, RATE));

        assertThat(heard).hasSize(2);
        assertBothWordsIn(heard.get(0), 0);
        assertBothWordsIn(heard.get(1), LENGTH + 1_500);
    }

    @ParameterizedTest
    @CsvSource({ "500,10", "500,20", "500,100", "500,0", "800,20", "800,0" })
    void givenANoisyRoom_whenBothWordsAreSaid_thenTheyAreFoundAllTheSame(int silence, int chunk) {
        AudioInput input = new AudioInput(silenceOf(silence));
        byte[] speech = Sound.concat(andThenSilence(), andThenSilence());
        byte[] noisy = Sound.mix(speech, Sound.noise(2 * (LENGTH + 1_001), RATE, -50));

        List<Heard> heard = Heard.all(Heard.send(input, noisy, RATE, bytes(chunk, RATE)));

        assertThat(heard).hasSize(2);
        assertBothWordsIn(heard.get(0), 0);
        assertBothWordsIn(heard.get(1), LENGTH + 1_000);
    }

    @ParameterizedTest
    @CsvSource({ "8000,10", "8000,20", "8000,100", "8000,0", "48000,10", "48000,20", "48000,100", "48000,0" })
    void givenAnotherRate_whenBothWordsAreSaid_thenTheyAreFoundAtTheSamePlaces(int rate, int chunk) {
        byte[] speech = Sound.resampled(andThenSilence(), RATE, rate);

        List<Heard> one = Heard.all(Heard.send(new AudioInput(silenceOf(500)), speech, rate, bytes(chunk, rate)));
        List<Heard> two = Heard.all(Heard.send(new AudioInput(silenceOf(100)), speech, rate, bytes(chunk, rate)));

        assertThat(one).singleElement().satisfies(activity -> assertBothWordsIn(activity, 0));
        assertThat(two).hasSize(2);
        assertThat(two.get(0).end()).isCloseTo(FRONT_END, within(TOLERANCE));
        assertThat(two.get(1).start()).isCloseTo(CENTER, within(TOLERANCE));
    }

    @Test
    void givenADirectCurrent_whenBothWordsAreSaid_thenItMakesNoDifference() {
        byte[] shifted = Sound.mix(andThenSilence(), Sound.constant(LENGTH + 1_001, RATE, 3_000));

        List<Heard> heard = Heard.all(Heard.send(new AudioInput(silenceOf(500)), shifted, RATE, 640));

        assertThat(heard).singleElement().satisfies(activity -> assertBothWordsIn(activity, 0));
    }
}
