package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import dev.camelgenai.benchmarks.Json;

/** The runs of a benchmark in a file, each as a line of JSON as soon as it has ended: a benchmark takes hours. */
public final class RunLog {

    private final Path file;
    private final List<RunRecord> runs = new ArrayList<>();

    /**
     * @param file read where it is there
     */
    public RunLog(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                runs.add(Json.read(line, RunRecord.class));
            }
        }
    }

    /** Forgets runs, in the file as well. */
    public void forget(Predicate<RunRecord> condition) throws IOException {
        runs.removeIf(condition);
        Files.write(file, runs.stream().map(Json::write).toList());
    }

    void add(RunRecord run) throws IOException {
        runs.add(run);
        Files.writeString(file, Json.write(run) + System.lineSeparator(), StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** In the order in which they were done. */
    public List<RunRecord> runs() {
        return List.copyOf(runs);
    }
}
