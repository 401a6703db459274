package dev.camelgenai.examples.livetranslation;

/**
 * What a listener gets to read.
 *
 * @param kind what it is
 * @param text one or more lines
 */
record Caption(Kind kind, String text) {

    /** The names of the events that listeners get. */
    enum Kind {
        /** The first one: what is listened to. */
        joined,
        /** What the speaker said. */
        original,
        /** The next words of the translation. */
        words,
        /** All of a sentence's translation. */
        translation,
        /** The translation is to be heard, at the path in the text. */
        speech,
        /** A sentence is missing, and why. */
        trouble,
        /** The talk is over. */
        end
    }
}
