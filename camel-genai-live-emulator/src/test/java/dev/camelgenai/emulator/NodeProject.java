package dev.camelgenai.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;

/**
 * {@code src/test/js}, installed below {@code target}. Without Node, npm or the packages the tests are skipped and say why;
 * in CI they fail.
 */
final class NodeProject {

    static final Path SOURCES = Path.of("src/test/js").toAbsolutePath();

    private static final int OLDEST_NODE = 20;
    private static final long VERSION_SECONDS = 30;
    private static final long INSTALL_SECONDS = 300;
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\..*", Pattern.DOTALL);

    private final String node;
    private final String npm;
    private final Path installed;
    private final boolean required;

    /**
     * @param installed where to install to
     * @param required  whether a test that cannot run has failed
     */
    NodeProject(String node, String npm, Path installed, boolean required) {
        this.node = node;
        this.npm = npm;
        this.installed = installed.toAbsolutePath();
        this.required = required;
    }

    /** With the programs of the path; required if the environment says {@code CI=true}. */
    static NodeProject ofThisMachine() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return new NodeProject("node", windows ? "npm.cmd" : "npm", Path.of("target/js"),
                Boolean.parseBoolean(System.getenv("CI")));
    }

    /**
     * Installs the packages unless they are there.
     *
     * @return the directory to run the programs in
     * @throws TestAbortedException if that is not possible here, and not required
     */
    Path install() {
        requireNode();
        try {
            Files.createDirectories(installed);
            try (Stream<Path> files = Files.list(SOURCES)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, installed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Path marker = installed.resolve("installed.sha256");
            String wanted = hash(installed.resolve("package-lock.json"));
            if (!Files.exists(marker) || !Files.readString(marker).equals(wanted)) {
                Files.deleteIfExists(marker);
                run(INSTALL_SECONDS, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
                Files.writeString(marker, wanted);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + installed, e);
        }
        return installed;
    }

    /** Runs in {@link #install()}'s directory, with an environment of its own. */
    ProcessBuilder program(String file) {
        ProcessBuilder program = new ProcessBuilder(node, file).directory(installed.toFile());
        String path = System.getenv("PATH");
        program.environment().clear();
        // no key, project or proxy of this machine may take part
        program.environment().put("PATH", path == null ? "" : path);
        program.environment().put("HOME", installed.toString());
        return program;
    }

    private void requireNode() {
        String version = run(VERSION_SECONDS, node, "--version").strip();
        Matcher number = VERSION.matcher(version);
        if (!number.matches() || Integer.parseInt(number.group(1)) < OLDEST_NODE) {
            throw unavailable("Node is too old: " + version, null);
        }
    }

    private String run(long seconds, String... command) {
        Path output = null;
        Process process = null;
        try {
            output = Files.createTempFile("node-project", ".log");
            process = new ProcessBuilder(command)
                    .directory((Files.isDirectory(installed) ? installed : SOURCES).toFile()).redirectErrorStream(true)
                    .redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            String said = Files.readString(output);
            if (!ended || process.exitValue() != 0) {
                throw unavailable(String.join(" ", command)
                        + (ended ? " ended with " + process.exitValue() : " took more than " + seconds + " s") + ": " + said,
                        null);
            }
            return said;
        } catch (IOException e) {
            throw unavailable("Cannot run " + command[0], e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command[0], e);
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            delete(output);
        }
    }

    private static void delete(Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot delete " + file, e);
            }
        }
    }

    private RuntimeException unavailable(String what, IOException cause) {
        List<String> lines = what.lines().toList();
        // npm says much; the end tells most
        String reason = "Google's JavaScript SDK cannot be run: " + lines.stream().skip(Math.max(0, lines.size() - 20))
                .reduce((a, b) -> a + '\n' + b).orElse("") + (cause == null ? "" : " (" + cause.getMessage() + ")")
                + ". It needs Node " + OLDEST_NODE + " or later, npm, and a package registry for the first run; on Debian and"
                + " Ubuntu: apt-get install nodejs npm";
        return required ? new IllegalStateException(reason, cause) : new TestAbortedException(reason, cause);
    }

    private static String hash(Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Files.readString(file).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
