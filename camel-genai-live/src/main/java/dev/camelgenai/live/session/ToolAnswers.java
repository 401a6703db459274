package dev.camelgenai.live.session;

import com.google.genai.types.FunctionResponse;
import dev.camelgenai.live.error.GenAiLiveException;

/** Takes what a function has to say to one call: any number of answers that will continue, and one that does not. Thread-safe. */
public interface ToolAnswers {

    /**
     * @param  sent told once how it was sent; an answer that does not continue and could not be sent is replaced by a short
     *              error
     * @return      {@code false} when nobody wants it: the call has its answer, is cancelled, or its session has ended;
     *              {@code sent} is not called then
     */
    boolean answer(FunctionResponse response, SendCallback sent);

    /** Fails whoever awaits the turn in which the call was made. The call is to be answered nevertheless. */
    void failTurn(GenAiLiveException failure);
}
