package dev.camelgenai.live.session;

/** Whether a session that could not be resumed is told what was said before. */
public enum HistoryReplay {

    /** It starts with nothing. */
    none,

    /** It gets the turns that were kept; a session that was resumed knows them already and never does. */
    onFresh
}
