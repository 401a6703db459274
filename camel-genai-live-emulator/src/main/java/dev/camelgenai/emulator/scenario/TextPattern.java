package dev.camelgenai.emulator.scenario;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that is safe to match on an event loop: the text is cut, and an expression that goes back and forth
 * without end is given up.
 *
 * @param groups the names of its groups
 */
record TextPattern(Pattern pattern, Set<String> groups) {

    /** Only so much of a text is matched; as much as {@link Conversation} remembers of an utterance. */
    static final int MAX_TEXT = 4_096;

    /** So often may an expression look at a character of the text; some ten milliseconds. */
    static final int MAX_READS = 1_000_000;

    private static final Pattern GROUP = Pattern.compile("\\(\\?<(?<name>[a-zA-Z][a-zA-Z0-9]*)>");

    static TextPattern compile(String regex) {
        try {
            return new TextPattern(Pattern.compile(regex), groups(regex));
        } catch (PatternSyntaxException e) {
            throw new InvalidScenarioException("'" + regex + "' is no regular expression: " + e.getDescription()
                    + (e.getIndex() < 0 ? "" : " at index " + e.getIndex()), e);
        }
    }

    /**
     * Looks for the expression in the text.
     *
     * @return the named groups that took part, or empty if it is not found
     */
    Optional<Map<String, String>> find(String text) {
        Matcher matcher = pattern.matcher(new CountingText(text.substring(0, Math.min(text.length(), MAX_TEXT))));
        try {
            if (!matcher.find()) {
                return Optional.empty();
            }
        } catch (TooManyReadsException | StackOverflowError e) {
            throw new IllegalStateException("The regular expression '" + pattern
                    + "' takes too long on this text: avoid nested repetitions like (a+)+ and repeated alternatives", e);
        }
        Map<String, String> found = new HashMap<>();
        for (String group : groups) {
            int start = matcher.start(group);
            if (start >= 0) {
                found.put(group, text.substring(start, matcher.end(group)));
            }
        }
        return Optional.of(found);
    }

    /** Java 17 does not tell the names, so that what looks like one is tried. */
    private static Set<String> groups(String regex) {
        Set<String> names = new LinkedHashSet<>();
        Matcher candidate = GROUP.matcher(regex);
        while (candidate.find()) {
            // always matches, in comment mode too
            Matcher anything = Pattern.compile(regex + "\n|").matcher("");
            if (anything.find() && has(anything, candidate.group("name"))) {
                names.add(candidate.group("name"));
            }
        }
        return names;
    }

    private static boolean has(Matcher matcher, String group) {
        try {
            matcher.start(group);
            return true;
        } catch (IllegalArgumentException e) {
            // an escaped parenthesis looked like a group
            return false;
        }
    }

    /** A text that counts how often it is looked at. */
    private static final class CountingText implements CharSequence {

        private final String text;
        private int reads;

        CountingText(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            reads++;
            if (reads > MAX_READS) {
                throw new TooManyReadsException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManyReadsException extends RuntimeException {

        TooManyReadsException() {
            super("more than " + MAX_READS + " reads", null, false, false);
        }
    }
}
