package dev.camelgenai.emulator.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One step of a scripted answer; the same data, be it built in Java or read from a file. */
sealed interface Step {

    /** Adds itself to the answer. */
    void play(Variables variables, Reply reply);

    /** Plays the steps one after the other; does not complete the answer. */
    static void play(List<Step> steps, Variables variables, Reply reply) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Call call && call.then().isEmpty()) {
                call.play(variables, reply, steps.subList(i + 1, steps.size()));
                return;
            }
            steps.get(i).play(variables, reply);
        }
    }

    /** {@link Reply#heard}. */
    record Heard(Template transcript) implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.heard(transcript.render(variables));
        }
    }

    /** {@link Reply#think}. */
    record Think(Template thought) implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.think(thought.render(variables));
        }
    }

    /** {@link Reply#say}. */
    record Say(Template text) implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.say(text.render(variables));
        }
    }

    /**
     * {@link Reply#play}.
     *
     * @param pcm 16-bit little-endian mono PCM at 24 kHz, never modified
     */
    record Play(byte[] pcm, Template transcript) implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.play(pcm, transcript.render(variables));
        }
    }

    /** The user's own words back: played if they were spoken, said if they were written. */
    record PlayBack() implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            if (variables.turn() instanceof UserTurn.Audio audio) {
                reply.play(audio.pcm(), audio.transcript());
            } else {
                reply.say(variables.text());
            }
        }
    }

    /** {@link Reply#pause}. */
    record Pause(Duration time) implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.pause(time);
        }
    }

    /**
     * {@link Reply#call}.
     *
     * @param calls at least one
     * @param then  what follows from the results; empty if all steps after this one do
     */
    record Call(List<Invocation> calls, Optional<List<Step>> then) implements Step {

        public Call {
            calls = List.copyOf(calls);
            then = then.map(List::copyOf);
        }

        @Override
        public void play(Variables variables, Reply reply) {
            play(variables, reply, then.orElse(List.of()));
        }

        void play(Variables variables, Reply reply, List<Step> afterResults) {
            reply.call(calls.stream().map(call -> new ToolCall(call.name(), call.args().render(variables))).toList(),
                    (results, next) -> Step.play(afterResults, variables.with(results), next));
        }
    }

    /** A function and its arguments. */
    record Invocation(String name, JsonTemplate.Fields args) {
    }

    /** {@link Reply#send}. */
    record Send(JsonTemplate.Fields message) implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.send(message.render(variables));
        }
    }

    /** {@link Reply#nextTurn}. */
    record NextTurn() implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.nextTurn();
        }
    }

    /** {@link Reply#waitForInput}; nothing comes after it. */
    record WaitForInput() implements Step {
        @Override
        public void play(Variables variables, Reply reply) {
            reply.waitForInput();
        }
    }
}
