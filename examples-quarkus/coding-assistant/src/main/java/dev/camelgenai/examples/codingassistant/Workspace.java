package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;

/**
 * One directory as a model may see it: ordinary text files that are not secret, and nothing outside. Links are not followed, not even
 * within. Answers are text of bounded length. Nothing is kept open between calls; thread-safe.
 */
final class Workspace {

    /** Bounds of what one call looks at and tells. */
    record Limits(int entries, int fileBytes, int lines, int characters, int matches, int files, Duration searchTime) {

        static final Limits USUAL = new Limits(200, 1_000_000, 400, 20_000, 50, 5_000, Duration.ofSeconds(10));
    }

    /** How opened directories are held; the usual way is {@link OpenDirectory#of}. */
    @FunctionalInterface
    interface Opener {

        OpenDirectory open(Path path) throws IOException;
    }

    private static final byte NUL = 0;

    private final Path top;
    private final Limits limits;
    private final Opener opener;

    private Workspace(Path top, Limits limits, Opener opener) {
        this.top = top;
        this.limits = limits;
        this.opener = opener;
    }

    /**
     * @throws IOException when there is no such directory
     */
    static Workspace of(Path directory) throws IOException {
        return of(directory, Limits.USUAL, OpenDirectory::of);
    }

    static Workspace of(Path directory, Limits limits, Opener opener) throws IOException {
        Path top = directory.toRealPath();
        if (!Files.isDirectory(top)) {
            throw new IOException(directory + " is no directory; set coding.directory to the one of your project");
        }
        return new Workspace(top, limits, opener);
    }

    Path top() {
        return top;
    }

    /**
     * What is in a directory, one name per line.
     *
     * @throws RefusedException when it may not be seen
     */
    String list(String directory) throws IOException {
        RelativePath path = RelativePath.of(directory);
        try (OpenDirectory opened = open(path)) {
            return Listing.of(opened, limits.entries()).toString(path);
        }
    }

    /**
     * Lines of a file, with their numbers.
     *
     * @param  firstLine        from 1
     * @throws RefusedException when it may not be seen, or is no text
     */
    String read(String file, int firstLine) throws IOException {
        RelativePath path = RelativePath.of(file);
        if (path.isTop()) {
            throw new RefusedException("Which file? " + path + " is the directory of the project; it can be listed");
        }
        try (OpenDirectory directory = open(path.parent())) {
            String name = path.last();
            if (SecretFiles.has(name)) {
                throw secret(path);
            }
            if (!directory.has(name)) {
                throw missing(path);
            }
            return Excerpt.of(path, content(directory, path), firstLine, limits);
        } catch (AccessDeniedException e) {
            throw new RefusedException("The operating system does not let this program read " + path);
        } catch (NoSuchFileException e) {
            throw missing(path);
        }
    }

    /**
     * The lines of all files in a directory, and in those below, that contain a text, whatever the case of its letters.
     *
     * @throws RefusedException when the directory may not be seen, or the text cannot be looked for
     */
    String search(String text, String directory) throws IOException {
        RelativePath path = RelativePath.of(directory);
        Search search = new Search(text, limits);
        try (OpenDirectory opened = open(path)) {
            search(opened, path, search);
        }
        return search.toString();
    }

    private void search(OpenDirectory directory, RelativePath path, Search search) throws IOException {
        List<String> names = directory.names(limits.files()).stream().sorted().toList();
        for (String name : names) {
            if (search.isOver()) {
                return;
            }
            if (!SecretFiles.has(name)) {
                look(directory, path.child(name), search);
            }
        }
    }

    private void look(OpenDirectory directory, RelativePath path, Search search) throws IOException {
        String name = path.last();
        try {
            BasicFileAttributes attributes = directory.attributes(name);
            if (attributes.isDirectory() && path.names().size() <= Search.MAX_DEPTH) {
                try (OpenDirectory below = directory.directory(name)) {
                    search(below, path, search);
                }
            } else if (attributes.isRegularFile()) {
                search.look(path, content(directory, path));
            }
        } catch (RefusedException | AccessDeniedException | NoSuchFileException e) {
            search.leaveOut();
        }
    }

    private OpenDirectory open(RelativePath path) throws IOException {
        OpenDirectory current = opener.open(top);
        try {
            RelativePath reached = new RelativePath(List.of());
            for (String name : path.names()) {
                reached = reached.child(name);
                OpenDirectory next = enter(current, reached);
                current.close();
                current = next;
            }
            return current;
        } catch (AccessDeniedException e) {
            current.close();
            throw new RefusedException("The operating system does not let this program read " + path);
        } catch (NoSuchFileException e) {
            current.close();
            throw missing(path);
        } catch (IOException | RuntimeException e) {
            current.close();
            throw e;
        }
    }

    private static OpenDirectory enter(OpenDirectory directory, RelativePath path) throws IOException {
        String name = path.last();
        if (SecretFiles.has(name)) {
            throw secret(path);
        }
        if (!directory.has(name)) {
            throw missing(path);
        }
        BasicFileAttributes attributes = directory.attributes(name);
        if (attributes.isSymbolicLink()) {
            throw link(path);
        }
        if (!attributes.isDirectory()) {
            throw new RefusedException(path + " is no directory");
        }
        return directory.directory(name);
    }

    private String content(OpenDirectory directory, RelativePath path) throws IOException {
        BasicFileAttributes attributes = directory.attributes(path.last());
        if (attributes.isSymbolicLink()) {
            throw link(path);
        }
        if (attributes.isDirectory()) {
            throw new RefusedException(path + " is a directory; it can be listed");
        }
        // opening a pipe would wait for its other end, and reading a device may never end
        if (!attributes.isRegularFile()) {
            throw new RefusedException(path + " is no ordinary file");
        }
        byte[] bytes;
        try (SeekableByteChannel channel = directory.file(path.last())) {
            bytes = read(channel, path);
        }
        try {
            if (contains(bytes, NUL)) {
                throw new CharacterCodingException();
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(path + " is no text in UTF-8");
        }
    }

    /** What the size of a file was said to be does not matter: it may grow. */
    private byte[] read(SeekableByteChannel channel, RelativePath path) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(channel.size(), limits.fileBytes()) + 1);
        while (channel.read(buffer) >= 0) {
            if (buffer.position() > limits.fileBytes()) {
                throw new RefusedException(
                        path + " is too large; files of up to " + limits.fileBytes() + " bytes can be read");
            }
            if (!buffer.hasRemaining()) {
                ByteBuffer larger = ByteBuffer.allocate(Math.min(2 * buffer.capacity(), limits.fileBytes() + 1));
                buffer = larger.put(buffer.flip());
            }
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static boolean contains(byte[] bytes, byte wanted) {
        for (byte each : bytes) {
            if (each == wanted) {
                return true;
            }
        }
        return false;
    }

    private static RefusedException missing(RelativePath path) {
        return new RefusedException("There is no " + path + "; names are written as they are listed");
    }

    private static RefusedException link(RelativePath path) {
        return new RefusedException(path + " is a link; links are not followed");
    }

    private static RefusedException secret(RelativePath path) {
        return new RefusedException(path + " is hidden, or has the name of a file with keys or passwords; such files are not"
                + " shown, and no tool can change that");
    }
}
