package dev.camelgenai.examples.livetranslation;

import java.util.regex.Pattern;

/**
 * Where an interpreter sits: a language of a talk. Each has a live session of its own, in the group of the language and with the talk
 * as its key.
 *
 * @param talk     its name
 * @param language its code, such as {@code de}
 */
record Booth(String talk, String language) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

    /** Whether a talk may be named like that. */
    static boolean isTalk(Object name) {
        return name instanceof String text && NAME.matcher(text).matches();
    }
}
