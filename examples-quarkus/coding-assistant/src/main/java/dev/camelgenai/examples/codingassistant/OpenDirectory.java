package dev.camelgenai.examples.codingassistant;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A directory that is open, and what is in it. No link is followed, whoever may be changing the directory meanwhile. */
sealed interface OpenDirectory extends Closeable permits HeldDirectory, NamedDirectory {

    /**
     * @param path a directory as {@link Path#toRealPath} has it
     */
    static OpenDirectory of(Path path) throws IOException {
        DirectoryStream<Path> entries = Files.newDirectoryStream(path);
        if (entries instanceof SecureDirectoryStream<Path> secure) {
            return new HeldDirectory(secure);
        }
        return new NamedDirectory(path, entries);
    }

    /** To be asked for once. */
    DirectoryStream<Path> entries();

    /** Of the entry itself, also when it is a link. */
    BasicFileAttributes attributes(String name) throws IOException;

    /**
     * Opens a directory in this one; this one may be closed before.
     *
     * @throws IOException also when it is a link
     */
    OpenDirectory directory(String name) throws IOException;

    /**
     * Opens a file in this directory for reading.
     *
     * @throws IOException also when it is a link
     */
    SeekableByteChannel file(String name) throws IOException;

    /**
     * The names of what is in it; to be called once.
     *
     * @param max that many at most, and one more that tells that there are more
     */
    default List<String> names(int max) {
        List<String> names = new ArrayList<>();
        for (Path entry : entries()) {
            names.add(entry.getFileName().toString());
            if (names.size() > max) {
                break;
            }
        }
        return names;
    }

    /**
     * Whether there is something of exactly this name; to be called once. File systems may open a file also by other names: in
     * upper case, or with other code points for the same letter.
     */
    default boolean has(String name) {
        for (Path entry : entries()) {
            if (entry.getFileName().toString().equals(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    default void close() throws IOException {
        entries().close();
    }
}
