package dev.camelgenai.live;

/** What happens to sessions while the route that consumes them is suspended. */
public enum GenAiLiveSuspend {

    /** Messages wait in their bounded lanes; a session whose lane is full stops reading. */
    buffer,

    /** The sessions are closed. */
    closeSession
}
