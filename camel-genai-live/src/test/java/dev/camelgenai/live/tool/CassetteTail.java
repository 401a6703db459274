package dev.camelgenai.live.tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads a cassette while it is written. */
final class CassetteTail implements AutoCloseable {

    private final ObjectMapper json = new JsonMapper(new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(2_000).build()).build());
    private final InputStream file;
    private final Consumer<JsonNode> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /**
     * @param lines takes every whole line
     */
    CassetteTail(Path cassette, Consumer<JsonNode> lines) throws IOException {
        this.file = Files.newInputStream(cassette);
        this.lines = lines;
    }

    /** Reads what has been written since the last time. */
    void read() {
        try {
            byte[] more = file.readAllBytes();
            int from = 0;
            for (int i = 0; i < more.length; i++) {
                if (more[i] == '\n') {
                    line.write(more, from, i - from);
                    lines.accept(json.readTree(line.toByteArray()));
                    line.reset();
                    from = i + 1;
                }
            }
            line.write(more, from, more.length - from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
