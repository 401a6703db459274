package dev.camelgenai.emulator.scenario;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The model's answer to one turn, as a {@link Scenario} gives it: a list of steps that the emulator plays one after the other,
 * in the order of the calls. The methods may be called from any thread, in the scenario or later; none of them blocks. Calls on
 * an answer that is complete or was interrupted, or on a session that has ended, do nothing.
 */
public interface Reply {

    /** What has been said before. */
    Conversation conversation();

    /** What a spoken turn of the user is transcribed to, instead of {@link UserTurn.Audio#transcript()}. Before all else. */
    Reply heard(String transcript);

    /** A thought; sent as a text part with {@code thought:true} if the setup includes thoughts, and left out otherwise. */
    Reply think(String thought);

    /**
     * Answers with words: one text part per word if the session asked for TEXT, otherwise 40 ms chunks of a tone (about 60 ms
     * per character, at most two minutes) with the words as output transcription, if the setup asked for that.
     *
     * @param text the answer
     */
    Reply say(String text);

    /**
     * Answers with sound, in 40 ms chunks; a session that asked for TEXT gets the transcript instead.
     *
     * @param pcm        16-bit little-endian mono PCM at 24 kHz
     * @param transcript the output transcription
     */
    Reply play(byte[] pcm, String transcript);

    /** Waits, by the clock of the emulator, before the next step. The user may interrupt meanwhile. */
    Reply pause(Duration time);

    /**
     * Calls functions, all in one {@code toolCall}. The answer goes on when every blocking one of them has been answered. A
     * non-blocking one is answered later, in a turn of its own, as the client's {@code scheduling} says.
     *
     * @param then takes the results and says what follows from them: before the steps that come after this one if the functions
     *             block; otherwise as a new turn, which is complete when {@code then} returns, and silent if it said nothing.
     *             Called once for all blocking functions, with the results in the order of the calls, and once per response for
     *             the others, but not for {@code SILENT} ones; on an event loop: must not block
     */
    Reply call(List<ToolCall> calls, BiConsumer<List<ToolResult>, Reply> then);

    /**
     * Any message of the server, as it is: grounding, code execution, what the future brings.
     *
     * @param message with exactly what is to be sent
     */
    Reply send(ObjectNode message);

    /**
     * Ends a turn of the model and begins another one in answer to the same turn of the user, as extended thinking does:
     * {@code turnComplete}, with {@code interactionStatus: IN_PROGRESS} where the model has one.
     */
    Reply nextTurn();

    /**
     * Says nothing, as the user seems to go on: {@code waitingForInput}, and no {@code turnComplete}. What the user says next
     * is put together with this turn if both are written and the model has said nothing; what she speaks comes after it. Further
     * calls do nothing.
     */
    void waitForInput();

    /**
     * Ends the turn: {@code generationComplete}, then, when what was said has been played, {@code turnComplete} with the usage.
     * Further calls do nothing.
     */
    void complete();
}
