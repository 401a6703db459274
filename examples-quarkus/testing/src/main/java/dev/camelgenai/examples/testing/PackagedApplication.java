package dev.camelgenai.examples.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An example as its user starts it, in a process of its own: its jar in {@code target/quarkus-app}, or the native executable that the
 * system property {@value #NATIVE} names. It listens on a free port, sees no key of whoever runs the tests, and is killed when this is
 * closed.
 */
public final class PackagedApplication implements AutoCloseable {

    /** Path of a native executable, as Quarkus's own tests call it. */
    private static final String NATIVE = "native.image.path";

    private static final String HTTP_PORT = "quarkus.http.port";
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Pattern HTTP = Pattern.compile("https?://(?:127\\.0\\.0\\.1|localhost):\\d+");

    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "not-a-secret";

    private final Process process;
    private final Path trustStore;
    private final List<String> printed = new CopyOnWriteArrayList<>();
    private final Thread reader;

    /** What a user may change when the application is started. */
    public static final class Builder {

        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, String> properties = new LinkedHashMap<>(Map.of(HTTP_PORT, "0"));
        private boolean inputOpen;
        private X509Certificate trusted;

        private Builder() {
        }

        /** A variable of the environment. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** A property of the application, given as {@code -Dname=value}. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** It has no HTTP server that wants a port, and would warn of the setting. */
        public Builder withoutHttp() {
            properties.remove(HTTP_PORT);
            return this;
        }

        /** It believes the servers that show this certificate, and no others. */
        public Builder trusting(X509Certificate certificate) {
            trusted = certificate;
            return this;
        }

        /** Somebody may type: standard input stays open, and is no terminal. Without this it ends at once. */
        public Builder inputOpen() {
            inputOpen = true;
            return this;
        }

        /** Starts the process; see {@link PackagedApplication#awaitLine}. */
        public PackagedApplication start() throws IOException {
            return new PackagedApplication(this);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether it is a native executable that is started. */
    public static boolean isNative() {
        return !executable().isBlank();
    }

    private static String executable() {
        return System.getProperty(NATIVE, "");
    }

    private PackagedApplication(Builder builder) throws IOException {
        Map<String, String> properties = new LinkedHashMap<>(builder.properties);
        trustStore = builder.trusted == null ? null : trustStore(builder.trusted);
        if (trustStore != null) {
            properties.put(TRUST_STORE, trustStore.toString());
            properties.put(TRUST_STORE + "Password", PASSWORD);
        }
        ProcessBuilder command = new ProcessBuilder(command(properties));
        command.environment().keySet().removeIf(name -> name.startsWith("GOOGLE_") || name.startsWith("GEMINI_"));
        command.environment().putAll(builder.environment);
        process = command.redirectErrorStream(true).start();
        if (!builder.inputOpen) {
            process.getOutputStream().close();
        }
        reader = new Thread(this::read, "output");
        reader.start();
    }

    private static Path trustStore(X509Certificate certificate) throws IOException {
        Path file = Files.createTempFile("trusted", ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("server", certificate);
            store.store(out, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK cannot make a PKCS12 trust store", e);
        }
        return file;
    }

    private static List<String> command(Map<String, String> properties) {
        List<String> definitions = properties.entrySet().stream().map(each -> "-D" + each.getKey() + '=' + each.getValue())
                .toList();
        List<String> command = new ArrayList<>();
        if (isNative()) {
            String executable = executable();
            assertThat(Path.of(executable)).as(NATIVE).isExecutable();
            command.add(executable);
            command.addAll(definitions);
            return command;
        }
        Path jar = Path.of("target", "quarkus-app", "quarkus-run.jar");
        assertThat(Files.exists(jar)).as(jar + " is built by the phase package").isTrue();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(definitions);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    private void read() {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        output.lines().forEach(printed::add);
    }

    /** All lines so far, of both streams. */
    public List<String> printed() {
        return new ArrayList<>(printed);
    }

    /**
     * @return the first line that is accepted
     * @throws AssertionError when there is none within 90 s, or the process ends without it
     */
    public String awaitLine(Predicate<String> accepted) {
        await().atMost(START).failFast("The application has ended:\n" + String.join("\n", printed),
                () -> !process.isAlive() && printed.stream().noneMatch(accepted))
                .until(() -> printed.stream().anyMatch(accepted));
        return printed.stream().filter(accepted).findFirst().orElseThrow();
    }

    /** @see #awaitLine(Predicate) */
    public void awaitLine(String line) {
        awaitLine(line::equals);
    }

    /** The address that the application has printed, such as {@code http://127.0.0.1:8080}; waits for it. */
    public String address() {
        Matcher address = HTTP.matcher(awaitLine(line -> HTTP.matcher(line).find()));
        assertThat(address.find()).isTrue();
        return address.group();
    }

    /** Writes a line to its standard input; see {@link Builder#inputOpen()}. */
    public void type(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + '\n').getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** As a service manager does; waits until it has ended, and for all of its output. */
    public void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)).as("The application stops when it is told to").isTrue();
        reader.join(STOP.toMillis());
    }

    /** Without a chance to say goodbye; waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        if (trustStore != null) {
            Files.deleteIfExists(trustStore);
        }
    }
}
