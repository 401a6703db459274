package dev.camelgenai.examples.codingassistant;

import java.util.ArrayList;
import java.util.List;

import dev.camelgenai.examples.codingassistant.Workspace.Limits;

/**
 * A search under way. It looks for the very words: a regular expression from a model, or from who talks to it, could keep a processor
 * busy for years. Not thread-safe.
 */
final class Search {

    static final int MAX_DEPTH = 24;

    private static final int MIN_LENGTH = 2;
    private static final int MAX_LENGTH = 200;
    private static final int MAX_LINE = 200;

    private final String text;
    private final Limits limits;
    private final long start = System.nanoTime();
    private final List<String> matches = new ArrayList<>();
    private int files;
    private int leftOut;

    /**
     * @throws RefusedException when this cannot be looked for
     */
    Search(String text, Limits limits) {
        if (text.isBlank() || text.length() < MIN_LENGTH || text.length() > MAX_LENGTH || text.lines().count() > 1) {
            throw new RefusedException("A search takes " + MIN_LENGTH + " to " + MAX_LENGTH + " characters of one line");
        }
        this.text = text;
        this.limits = limits;
    }

    void look(RelativePath path, String content) {
        files++;
        List<String> lines = content.lines().toList();
        for (int i = 0; i < lines.size() && !isFull(); i++) {
            String line = lines.get(i);
            int at = indexOf(line);
            if (at >= 0) {
                int from = Math.max(0, at - MAX_LINE / 2);
                int to = Math.min(line.length(), from + MAX_LINE);
                matches.add(path + ":" + (i + 1) + ": " + line.substring(from, to).strip());
            }
        }
    }

    private int indexOf(String line) {
        for (int i = 0; i + text.length() <= line.length(); i++) {
            if (line.regionMatches(true, i, text, 0, text.length())) {
                return i;
            }
        }
        return -1;
    }

    /** A file that cannot be searched. */
    void leaveOut() {
        leftOut++;
    }

    private boolean isFull() {
        return matches.size() >= limits.matches();
    }

    private boolean isTooLong() {
        return files + leftOut >= limits.files() || System.nanoTime() - start > limits.searchTime().toNanos();
    }

    boolean isOver() {
        return isFull() || isTooLong();
    }

    @Override
    public String toString() {
        StringBuilder result = new StringBuilder();
        result.append(matches.isEmpty() ? "Nothing" : matches.size() == 1 ? "1 line" : matches.size() + " lines")
                .append(" found with \"").append(text).append("\" in ").append(files).append(files == 1 ? " file" : " files");
        if (leftOut > 0) {
            result.append(", ").append(leftOut).append(" left out that are too large, no text or not readable");
        }
        matches.forEach(match -> result.append('\n').append(match));
        if (isFull()) {
            result.append("\n(There may be more; search for something more special, or in one directory)");
        } else if (isTooLong()) {
            result.append("\n(Not all files have been searched: it took too long; search in one directory)");
        }
        return result.toString();
    }
}
