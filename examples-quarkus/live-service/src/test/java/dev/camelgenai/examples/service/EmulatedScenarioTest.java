package dev.camelgenai.examples.service;

import dev.camelgenai.emulator.scenario.ScriptedScenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmulatedScenarioTest {

    @Test
    void readsAScenarioThatIsAResource() {
        assertThat(EmulatedScenario.named("classpath:scenarios/greeting.yaml")).isInstanceOf(ScriptedScenario.class);
    }

    @Test
    void knowsTheScenariosOfTheEmulatorByName() {
        assertThat(EmulatedScenario.named("parrot")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            classpath:scenarios/nowhere.yaml | There is no resource 'scenarios/nowhere.yaml' for live.emulator.scenario
            classpath:scenarios/wrong.yaml   | wrong.yaml, line 2: unknown key
            nonsense                         | There is no scenario 'nonsense'
            """)
    void tellsWhichScenarioIsNotRight(String name, String message) {
        assertThatThrownBy(() -> EmulatedScenario.named(name)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
