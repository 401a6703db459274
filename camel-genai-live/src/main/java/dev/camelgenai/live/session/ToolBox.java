package dev.camelgenai.live.session;

import java.util.List;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;

/** The functions that the sessions of a group declare to their model, and run. Thread-safe. */
public interface ToolBox {

    /** What is declared besides the functions of the setup, as it is now. */
    List<FunctionDeclaration> declarations();

    /** Whether the sessions run the functions, rather than leave the calls to consumers. */
    boolean runs();

    /** Whether a function is, or was, one of these. */
    boolean has(String function);

    /** How many calls the sessions accept. */
    ToolLimits limits();

    /**
     * Runs a function. Called on an event loop: returns at once and works elsewhere.
     *
     * @param call    of a function that is, or was, one of these
     * @param answers gets the result, from any thread, also before this method has returned
     */
    ToolRun call(SessionAddress session, FunctionCall call, ToolAnswers answers);
}
