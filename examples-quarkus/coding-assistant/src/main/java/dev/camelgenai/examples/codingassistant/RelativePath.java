package dev.camelgenai.examples.codingassistant;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where something is below the directory of the assistant, as the model writes it: names with {@code /} between them. Whatever could
 * lead elsewhere, on any file system, is no such path.
 *
 * @param names from the top; empty for the directory itself
 */
record RelativePath(List<String> names) {

    private static final int MAX_LENGTH = 1_024;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_QUOTED = 80;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    RelativePath {
        names = List.copyOf(names);
    }

    /**
     * @throws RefusedException when it does not stay below the directory, or is no path at all
     */
    static RelativePath of(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new RefusedException("A path has at most " + MAX_LENGTH + " characters");
        }
        // NUL, above all: what is checked must be what the operating system reads
        if (CONTROL.matcher(text).find()) {
            throw new RefusedException("A path has no control characters");
        }
        if (text.indexOf('\\') >= 0) {
            throw new RefusedException("Write / between the names of a path, not \\");
        }
        if (text.startsWith("/") || text.startsWith("~") || DRIVE.matcher(text).matches()) {
            throw new RefusedException(quoted(text) + " is not relative; paths begin below the directory of the project, such"
                    + " as src/Main.java");
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split("/")) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(checked(name));
            }
        }
        if (names.size() > MAX_DEPTH) {
            throw new RefusedException("A path has at most " + MAX_DEPTH + " names");
        }
        return new RelativePath(names);
    }

    private static String checked(String name) {
        if (name.equals("..")) {
            throw new RefusedException("Only what is in the directory of the project can be seen; .. leads out of it");
        }
        // elsewhere the operating system takes these away, or opens something else
        if (name.endsWith(".") || name.endsWith(" ") || name.indexOf(':') >= 0) {
            throw new RefusedException(quoted(name) + " is no name of a file: it ends in a dot or a space, or has a colon");
        }
        return name;
    }

    boolean isTop() {
        return names.isEmpty();
    }

    String last() {
        return names.get(names.size() - 1);
    }

    RelativePath parent() {
        return new RelativePath(names.subList(0, names.size() - 1));
    }

    RelativePath child(String name) {
        List<String> all = new ArrayList<>(names);
        all.add(name);
        return new RelativePath(all);
    }

    /** As the model may write it. */
    @Override
    public String toString() {
        return isTop() ? "." : String.join("/", names);
    }

    private static String quoted(String text) {
        return '\'' + (text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "...") + '\'';
    }
}
