package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * Known by its path only, where the operating system offers nothing better: the path is looked at before and after something is
 * opened. A link that is there between these two moments, and only then, is not noticed.
 */
record NamedDirectory(Path path, DirectoryStream<Path> entries) implements OpenDirectory {

    @Override
    public BasicFileAttributes attributes(String name) throws IOException {
        return Files.readAttributes(path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public OpenDirectory directory(String name) throws IOException {
        Path directory = checked(name);
        DirectoryStream<Path> opened = Files.newDirectoryStream(directory);
        try {
            return new NamedDirectory(checked(name), opened);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public SeekableByteChannel file(String name) throws IOException {
        SeekableByteChannel opened = Files.newByteChannel(checked(name),
                Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        try {
            checked(name);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private Path checked(String name) throws IOException {
        Path entry = path.resolve(name);
        if (!entry.toRealPath().equals(entry)) {
            throw new FileSystemException(entry.toString(), null, "It is a link, or in a directory that is one");
        }
        return entry;
    }
}
