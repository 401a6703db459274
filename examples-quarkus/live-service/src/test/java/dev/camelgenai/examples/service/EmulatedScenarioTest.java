package dev.camelgenai.examples.service;

import dev.camelgenai.emulator.scenario.ScriptedScenario;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmulatedScenarioTest {

    @Test
    void readsAScenarioThatIsAResource() {
        assertThat(EmulatedScenario.named("classpath:scenario/greeting.yaml")).isInstanceOf(ScriptedScenario.class);
    }

    @Test
    void knowsTheScenariosOfTheEmulatorByName() {
        assertThat(EmulatedScenario.named("parrot")).isNotNull();
    }

    @Test
    void namesTheResourceThatIsNotThere() {
        assertThatThrownBy(() -> EmulatedScenario.named("classpath:no-such.yaml")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such.yaml").hasMessageContaining("live.emulator.scenario");
    }
}
