package dev.camelgenai.emulator.scenario;

/**
 * What the emulated model does with a complete turn of the user. The emulator keeps the protocol around it: setup,
 * validation, turn detection, transcription of the input, usage, resumption handles.
 */
@FunctionalInterface
public interface Scenario {

    /**
     * Called on the event loop of the session, in the order of the turns; must not block. What it throws closes this session
     * with 1011.
     *
     * @param turn  what the user said
     * @param reply takes the answer, now or later; left alone, the model stays silent. The next turn waits for the answer; when
     *              64 of them wait for one that has not begun, or the client interrupts it, that is taken for silence
     */
    void onTurn(UserTurn turn, Reply reply);
}
