package dev.camelgenai.emulator;

import java.util.Objects;

import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.UserTurn;

/** A model that each test tells how to answer, so that the tests of a class can share an emulator. Thread-safe. */
final class ScriptedModel implements Scenario {

    private volatile Scenario script = Scenarios.echo();

    /** From the next turn on. */
    void answers(Scenario as) {
        script = Objects.requireNonNull(as, "as");
    }

    @Override
    public void onTurn(UserTurn turn, Reply reply) {
        script.onTurn(turn, reply);
    }
}
