package dev.camelgenai.emulator.scenario;

/** The scenarios that come with the emulator. All of them are stateless and may be shared. */
public final class Scenarios {

    private Scenarios() {
    }

    /** Answers every written turn with the same text and every spoken turn with the same sound. */
    public static Scenario echo() {
        return (turn, reply) -> {
            if (turn instanceof UserTurn.Text text) {
                reply.say(text.text()).complete();
            } else if (turn instanceof UserTurn.Audio audio) {
                reply.play(audio.pcm(), audio.transcript()).complete();
            }
        };
    }

    /** Accepts everything and never says a word. */
    public static Scenario silent() {
        return (turn, reply) -> {
        };
    }
}
