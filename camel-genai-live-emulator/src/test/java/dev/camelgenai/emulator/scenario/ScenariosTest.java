package dev.camelgenai.emulator.scenario;

import org.junit.jupiter.api.Test;

import static dev.camelgenai.emulator.scenario.FakeReply.speech;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScenariosTest {

    @Test
    void givenTheParrot_whenSpokenTo_thenTheSameSoundComesBack() {
        UserTurn.Audio speech = speech(300);
        FakeReply reply = FakeReply.first();

        Scenarios.parrot().onTurn(speech, reply);

        assertThat(reply.steps()).containsExactly("play: (0.30 s of speech)", "complete");
        assertThat(reply.sounds().get(0)).isEqualTo(speech.pcm());
    }

    @Test
    void givenTheParrot_whenWrittenTo_thenItSaysTheSame() {
        FakeReply reply = FakeReply.first();

        Scenarios.named("parrot").onTurn(new UserTurn.Text("Pieces ${of} eight"), reply);

        assertThat(reply.steps()).containsExactly("say: Pieces ${of} eight", "complete");
    }

    @Test
    void givenTheNames_whenAskedFor_thenEachIsAScenario() {
        assertThat(Scenarios.names()).containsExactly("assistant", "parrot", "echo", "silent")
                .allSatisfy(name -> assertThat(Scenarios.named(name)).isNotNull());
    }

    @Test
    void givenAPath_whenAskedFor_thenTheFileIsRead() {
        assertThat(Scenarios.named("src/test/resources/scenarios/shop.yaml")).isInstanceOf(ScriptedScenario.class);
        assertThat(ScenarioFile.isFile("a/B.YML")).isTrue();
    }

    @Test
    void givenAnUnknownName_whenAskedFor_thenTheNamesAreListed() {
        assertThatThrownBy(() -> Scenarios.named("asistant")).isInstanceOf(InvalidScenarioException.class).hasMessage(
                "There is no scenario 'asistant'; choose one of assistant, parrot, echo, silent, or a file that ends in .yaml "
                        + "or .yml");
    }

    @Test
    void givenSilence_whenSpokenTo_thenNothingIsSaid() {
        FakeReply reply = FakeReply.first();

        Scenarios.silent().onTurn(speech(10), reply);

        assertThat(reply.steps()).isEmpty();
    }
}
