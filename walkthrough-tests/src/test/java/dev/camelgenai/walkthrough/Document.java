package dev.camelgenai.walkthrough;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fenced blocks of a Markdown document that have no language: commands, and what is seen after them. */
record Document(List<Block> blocks) {

    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");
    private static final Pattern COMMAND = Pattern.compile("^(?:[A-Z_]+=\\S+ )*(?:mvn|java|curl|cd|camel) .*", Pattern.DOTALL);

    /** @param text without the fences */
    record Block(String text) {

        boolean isCommand() {
            return COMMAND.matcher(text).matches();
        }

        /** A program that goes on until it is stopped. */
        boolean isApplication() {
            return text.contains("java ") && text.contains("-jar ");
        }

        /** It wants a key of the real service in place of the dots. */
        boolean needsKey() {
            return text.startsWith("GEMINI_API_KEY=... ");
        }

        List<String> lines() {
            return text.lines().toList();
        }
    }

    static Document read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher fences = FENCE.matcher(Files.readString(file));
        while (fences.find()) {
            if (fences.group(1).isEmpty()) {
                blocks.add(new Block(fences.group(2).strip()));
            }
        }
        return new Document(blocks);
    }
}
