package dev.camelgenai.live.session;

import java.util.List;
import java.util.function.Consumer;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;

/** The functions that the sessions of a group run by themselves when the model calls them. Thread-safe. */
public interface ToolBox {

    /** What the setup declares. */
    List<FunctionDeclaration> declarations();

    /**
     * Runs a function. Called on an event loop: returns at once and works elsewhere.
     *
     * @param  answer gets the result once, from any thread
     * @return        {@code false} when the function is none of these; {@code answer} is not called then
     */
    boolean call(SessionAddress session, FunctionCall call, Consumer<FunctionResponse> answer);
}
