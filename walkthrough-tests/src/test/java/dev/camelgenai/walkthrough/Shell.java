package dev.camelgenai.walkthrough;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A command in a shell of its own; what it has started ends when this is closed. */
final class Shell implements AutoCloseable {

    private static final Pattern COLOURS = Pattern.compile("\u001B\\[[0-9;?]*[A-Za-z]");
    private static final Duration PATIENCE = Duration.ofMinutes(6);

    private final String command;
    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final Thread reader;

    private Shell(String command, Process process) {
        this.command = command;
        this.process = process;
        reader = new Thread(this::read, "output");
        reader.start();
    }

    /** Its standard input is no terminal, and ends at once. */
    static Shell start(String command, Path directory, Map<String, String> environment) throws IOException {
        Shell shell = new Shell(command, process(List.of("bash", "-e", "-c", command), directory, environment));
        shell.process.getOutputStream().close();
        return shell;
    }

    /** As somebody starts it who sits at a terminal; see {@link #type}. */
    static Shell startInTerminal(String command, Path directory, Map<String, String> environment) throws IOException {
        return new Shell(command,
                process(List.of("script", "-q", "-e", "-f", "-c", "bash -e -c \"$COMMAND\"", "/dev/null"), directory,
                        with(environment, "COMMAND", command)));
    }

    private static Map<String, String> with(Map<String, String> environment, String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return all;
    }

    private static Process process(List<String> command, Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(
                name -> name.startsWith("GOOGLE_") || name.startsWith("GEMINI_") || name.startsWith("MAVEN_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                output.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            output.append("\n(its output cannot be read any more: ").append(e.getMessage()).append(")\n");
        }
    }

    /** All that it has printed, as one who reads sees it. */
    String output() {
        return COLOURS.matcher(output).replaceAll("").replace("\r\n", "\n");
    }

    void type(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + '\n').getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    void awaitOutput(String what, Predicate<String> printed) {
        await(what + " of: " + command).atMost(PATIENCE).pollInterval(Duration.ofMillis(100))
                .failFast(() -> {
                    if (!process.isAlive() && !printed.test(output())) {
                        throw new AssertionError(command + "\nhas ended before " + what + ", with\n" + output());
                    }
                }).until(() -> printed.test(output()));
    }

    void awaitSuccess() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(command + " ends").isTrue();
        reader.join(PATIENCE.toMillis());
        assertThat(process.exitValue()).as(command + "\nprinted\n" + output()).isZero();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        await("end").atMost(Duration.ofSeconds(60))
                .until(() -> !process.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
    }
}
