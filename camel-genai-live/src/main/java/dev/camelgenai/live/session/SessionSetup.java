package dev.camelgenai.live.session;

import java.util.List;
import java.util.Optional;

import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.LiveConnectConfig;
import dev.camelgenai.live.protocol.ClientMessage.ContextUpdate;
import dev.camelgenai.live.protocol.ModelFamily;

/**
 * What the connections of a session are set up with: the setup of its group, the context updates of this session in it, and the
 * functions of the tool box as they are when the model is told.
 */
final class SessionSetup {

    private final ToolBox tools;
    /** Whether the model takes other functions while it is connected. */
    private final boolean updatesTools;
    /** Without the functions of the tool box. */
    private volatile LiveConnectConfig config;
    /** The functions of the tool box that the model knows of. */
    private volatile List<FunctionDeclaration> declared = List.of();
    /** The context update that is being written, as it was sent; confined to the event loop. */
    private ContextUpdate updating;

    SessionSetup(SessionProfile profile) {
        this.tools = profile.tools();
        this.config = profile.config();
        ModelFamily family = ModelFamily.of(profile.model());
        this.updatesTools = family != ModelFamily.UNKNOWN && family.updatesContext();
    }

    /** For a connection that is being opened. */
    LiveConnectConfig now() {
        return ToolDeclarations.in(config, declare());
    }

    private List<FunctionDeclaration> declare() {
        List<FunctionDeclaration> now = tools == null ? List.of() : tools.declarations();
        declared = now;
        return now;
    }

    /** What the model is to be told because the tool box has changed; empty where it knows, or cannot be told. */
    Optional<ContextUpdate> news() {
        return tools == null || !updatesTools || tools.declarations().equals(declared)
                ? Optional.empty()
                // the functions of the tool box come in when it is written
                : Optional.of(new ContextUpdate(Optional.empty(), Optional.of(config.tools().orElse(List.of()))));
    }

    /** The form in which an update is written: tools take the place of all that the model knew of, those of the tool box included. */
    ContextUpdate writing(ContextUpdate update) {
        updating = update;
        return tools == null || update.tools().isEmpty()
                ? update
                : new ContextUpdate(update.systemInstruction(),
                        update.tools().map(others -> ToolDeclarations.among(others, declare())));
    }

    /** The update was handed to the socket: the next connection is set up like that. */
    void written() {
        config = updating.applyTo(config);
    }

    /** Whether a function is one of the setup, rather than of the tool box. */
    boolean declares(String function) {
        return ToolDeclarations.names(config.tools().orElse(List.of())).contains(function);
    }
}
