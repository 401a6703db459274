package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Held by the operating system: what is opened in it is opened relative to the directory itself and not to its path, so that it does
 * not matter when the path becomes a link meanwhile. On Linux, and on macOS with newer JDKs.
 */
record HeldDirectory(SecureDirectoryStream<Path> entries) implements OpenDirectory {

    @Override
    public BasicFileAttributes attributes(String name) throws IOException {
        return entries.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    @Override
    public OpenDirectory directory(String name) throws IOException {
        DirectoryStream<Path> opened = entries.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS);
        return new HeldDirectory((SecureDirectoryStream<Path>) opened);
    }

    @Override
    public SeekableByteChannel file(String name) throws IOException {
        return entries.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
}
