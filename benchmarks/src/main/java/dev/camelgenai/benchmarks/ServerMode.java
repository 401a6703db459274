package dev.camelgenai.benchmarks;

/** What the counting server does besides counting. */
public enum ServerMode {

    /** Nothing. */
    SINK,

    /** Answers every chunk with a message of audio that carries the chunk's mark. */
    ANSWER,

    /** From the first chunk of a session on, sends it messages of audio, as fast as the socket takes them. */
    SOURCE
}
