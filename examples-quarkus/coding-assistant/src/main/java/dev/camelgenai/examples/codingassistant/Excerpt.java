package dev.camelgenai.examples.codingassistant;

import java.util.List;

import dev.camelgenai.examples.codingassistant.Workspace.Limits;

/** As many lines of a file as a model is told at a time. */
final class Excerpt {

    private Excerpt() {
    }

    /**
     * @throws RefusedException when the file has no such line
     */
    static String of(RelativePath path, String content, int firstLine, Limits limits) {
        List<String> lines = content.lines().toList();
        if (lines.isEmpty()) {
            return path + " is empty";
        }
        if (firstLine < 1 || firstLine > lines.size()) {
            throw new RefusedException(path + " has the lines 1 to " + lines.size());
        }
        StringBuilder text = new StringBuilder();
        int line = firstLine;
        while (line <= lines.size() && line - firstLine < limits.lines() && text.length() < limits.characters()) {
            String words = lines.get(line - 1);
            int room = limits.characters() - text.length();
            text.append('\n').append(line).append(": ");
            text.append(words.length() <= room ? words : words.substring(0, room) + "... (cut)");
            line++;
        }
        return "Lines " + firstLine + " to " + (line - 1) + " of " + lines.size() + " in " + path + ":" + text
                + (line <= lines.size() ? "\n(It goes on with line " + line + ')' : "");
    }
}
