package dev.camelgenai.live.session;

/** What happens when the service acknowledges messages too slowly for the replay buffer (transparent resumption). */
public enum ReplayOverflow {

    /** The open turn fails; the oldest messages are forgotten and count as in doubt should the connection break. */
    failOpenTurn,

    /** The session ends. */
    closeSession
}
