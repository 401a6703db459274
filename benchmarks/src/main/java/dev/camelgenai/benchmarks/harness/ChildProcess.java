package dev.camelgenai.benchmarks.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.benchmarks.Json;

/**
 * A JVM of the same Java that is talked to by lines of JSON. What it writes to standard error goes to a file. It ends when its
 * input ends: with this process at the latest.
 */
final class ChildProcess implements AutoCloseable {

    private static final Duration PATIENCE_TO_END = Duration.ofSeconds(20);
    /** The children write a line when they are asked, and a handful without; more than this would be a mistake of theirs. */
    private static final int MAX_LINES = 1_000;
    private static final String END = "";

    private final Process process;
    private final BufferedWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(MAX_LINES);

    /**
     * @param jvmOptions   before the class path
     * @param moreJars     after this process's own class path
     * @param errors       appended to
     */
    ChildProcess(Class<?> main, List<String> jvmOptions, List<Path> moreJars, Path errors, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-cp");
        StringBuilder classPath = new StringBuilder(System.getProperty("java.class.path"));
        moreJars.forEach(jar -> classPath.append(File.pathSeparatorChar).append(jar));
        command.add(classPath.toString());
        command.add(main.getName());
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())).start();
        input = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "output of " + main.getSimpleName());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = output.readLine()) != null) {
                // libraries may print as well
                if (line.startsWith("{")) {
                    lines.put(line);
                }
            }
            lines.put(END);
        } catch (IOException e) {
            lines.offer(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    long pid() {
        return process.pid();
    }

    void write(Object value) throws IOException {
        input.write(Json.write(value));
        input.newLine();
        input.flush();
    }

    /**
     * The next line.
     *
     * @throws IOException when the process has ended, or says nothing in time
     */
    <T> T read(Class<T> type, Duration patience) throws IOException, InterruptedException {
        String line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new IOException("said nothing for " + patience.toSeconds() + " s");
        }
        if (line.equals(END)) {
            lines.offer(END);
            throw new IOException("ended with " + process.waitFor());
        }
        return Json.read(line, type);
    }

    /** Lets the process end by itself, and ends it where it does not. */
    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_TO_END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
