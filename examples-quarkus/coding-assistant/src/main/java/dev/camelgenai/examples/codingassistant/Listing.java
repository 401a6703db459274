package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in a directory.
 *
 * @param names  directories with a slash, files with their size
 * @param hidden how many entries may not be seen
 * @param more   whether there are more than may be listed
 */
record Listing(List<String> names, int hidden, boolean more) {

    Listing {
        names = List.copyOf(names);
    }

    static Listing of(OpenDirectory directory, int max) throws IOException {
        List<String> all = directory.names(max);
        List<String> names = new ArrayList<>();
        int hidden = 0;
        for (String name : all.stream().limit(max).sorted().toList()) {
            String shown = SecretFiles.has(name) ? "" : shown(directory, name);
            if (shown.isEmpty()) {
                hidden++;
            } else {
                names.add(shown);
            }
        }
        return new Listing(names, hidden, all.size() > max);
    }

    /** Empty for what is neither a file nor a directory. */
    private static String shown(OpenDirectory directory, String name) throws IOException {
        try {
            BasicFileAttributes attributes = directory.attributes(name);
            if (attributes.isDirectory()) {
                return name + '/';
            }
            return attributes.isRegularFile() ? name + " (" + attributes.size() + " bytes)" : "";
        } catch (NoSuchFileException e) {
            // deleted while it was being listed
            return "";
        }
    }

    String toString(RelativePath path) {
        StringBuilder text = new StringBuilder();
        text.append(names.isEmpty() ? "Nothing to see in " + path : "In " + path + ":\n" + String.join("\n", names));
        if (hidden > 0) {
            text.append("\n(").append(hidden).append(" not shown: hidden, secret, or links)");
        }
        if (more) {
            text.append("\n(There are more; only so many are listed)");
        }
        return text.toString();
    }
}
