package dev.camelgenai.emulator;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import static dev.camelgenai.emulator.TestClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Google's JavaScript SDK in a Node process, remote-controlled through {@code src/test/js/driver.mjs}. One process serves any
 * number of sessions, one after the other or at once.
 */
final class GoogleJsSdk implements AutoCloseable {

    private static final long ANSWER_SECONDS = 20;
    private static final long EXIT_SECONDS = 10;
    private static final int STDERR_LINES = 50;
    /** A header that tells which session of the emulator is which of the SDK. */
    private static final String NAME_HEADER = "x-test-session";

    private final Process process;
    private final BufferedWriter input;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Queue<String> unhandled = new ConcurrentLinkedQueue<>();
    private final Queue<String> stderr = new ConcurrentLinkedQueue<>();

    private GoogleJsSdk(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        read("node-stdout", process.getInputStream(), this::onLine);
        read("node-stderr", process.getErrorStream(), line -> {
            stderr.add(line);
            if (stderr.size() > STDERR_LINES) {
                stderr.remove();
            }
        });
    }

    /**
     * Installs the SDK if need be and starts it.
     *
     * @param ca the only authority to trust besides Node's own
     */
    static GoogleJsSdk start(Path ca) {
        NodeProject project = NodeProject.ofThisMachine();
        project.install();
        ProcessBuilder program = project.program("driver.mjs");
        program.environment().put("NODE_EXTRA_CA_CERTS", ca.toString());
        try {
            return new GoogleJsSdk(program.start());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start Node", e);
        }
    }

    /**
     * Asks for an operation of the driver.
     *
     * @throws SdkException if the SDK threw
     */
    JsonNode call(String operation, ObjectNode arguments) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode line = JSON.createObjectNode().put("id", id).put("op", operation).setAll(arguments);
        try {
            input.write(line.toString());
            input.newLine();
            input.flush();
            JsonNode answered = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answered.has("error")) {
                throw new SdkException(answered.get("error").asText());
            }
            return answered.path("result");
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new AssertionError("Node did not answer '" + operation + "' (" + e + "); it said:\n" + said(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Node", e);
        } finally {
            answers.remove(id);
        }
    }

    /**
     * Calls {@code live.connect} and does not wait for it.
     *
     * @param options the options of {@code GoogleGenAI}; {@code accessToken} stands for an {@code authClient} that has it
     * @param config  what JSON can tell of it, or a missing node for none at all
     */
    Session connect(ObjectNode options, String model, JsonNode config) {
        return connect(options, model, config, JSON.createObjectNode());
    }

    /** As {@link #connect(ObjectNode, String, JsonNode)}, with more arguments for the driver. */
    Session connect(ObjectNode options, String model, JsonNode config, ObjectNode more) {
        Session session = new Session("session-" + ids.incrementAndGet());
        sessions.put(session.name, session);
        ObjectNode named = options.deepCopy();
        named.withObject("httpOptions").withObject("headers").put(NAME_HEADER, session.name);
        ObjectNode arguments = more.put("session", session.name).put("model", model).set("options", named);
        if (!config.isMissingNode()) {
            arguments.set("config", config);
        }
        call("connect", arguments);
        return session;
    }

    /** What the SDK threw where nobody could catch it, since the last time. */
    String takeUnhandled() {
        String first = unhandled.poll();
        return first == null ? "" : first;
    }

    /** The last lines of what Node wrote to its standard error, the SDK's warnings among them. */
    String said() {
        return String.join("\n", stderr);
    }

    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("Node did not end; it said:\n" + said());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Node has ended early; it said:\n" + said(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    private void onLine(String line) {
        JsonNode message;
        try {
            message = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            stderr.add(line);
            return;
        }
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer = answers.get(message.get("id").asInt());
            if (answer != null) {
                answer.complete(message);
            }
        } else if (message.has("unhandled")) {
            unhandled.add(message.get("unhandled").asText());
        } else {
            sessions.get(message.path("session").asText()).events.add((ObjectNode) message);
        }
    }

    private void read(String name, InputStream from, Consumer<String> lines) {
        Thread reader = new Thread(() -> {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                in.lines().forEach(lines);
            } catch (IOException | UncheckedIOException e) {
                stderr.add(e.toString());
            }
            answers.values().forEach(answer -> answer.completeExceptionally(new IOException("Node has ended")));
        }, name);
        reader.setDaemon(true);
        reader.start();
    }

    /** What the SDK threw. */
    static final class SdkException extends RuntimeException {

        private SdkException(String message) {
            super(message);
        }
    }

    /** One {@code live.connect} and what came of it. */
    final class Session {

        private final String name;
        private final BlockingDeque<ObjectNode> events = new LinkedBlockingDeque<>();

        private Session(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /**
         * The next call of a callback, or {@code connected} or {@code failed} for how the promise of {@code connect} settled,
         * in {@code on}, with what it told.
         */
        ObjectNode next() {
            try {
                ObjectNode event = events.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("The SDK called nothing back; unhandled " + unhandled + "; Node said:\n" + said());
                }
                return event;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while waiting for Node", e);
            }
        }

        /** The next event, which is that one. */
        JsonNode next(String on) {
            ObjectNode event = next();
            if (!on.equals(event.path("on").asText())) {
                throw unexpected(on, event);
            }
            return event;
        }

        /**
         * Waits until {@code connect} has given a session. The SDK hands over {@code setupComplete} as a message as well, and
         * what came right after it perhaps before its promise is fulfilled.
         *
         * @return what the session has as {@code setupComplete}
         */
        JsonNode connected() {
            next("open");
            JsonNode complete = message().path("setupComplete");
            Deque<ObjectNode> early = new ArrayDeque<>();
            ObjectNode event = next();
            for (; !"connected".equals(event.path("on").asText()); event = next()) {
                if (!"message".equals(event.path("on").asText())) {
                    throw unexpected("connected", event);
                }
                early.push(event);
            }
            early.forEach(events::addFirst);
            assertThat(event.path("setupComplete")).isEqualTo(complete);
            return complete;
        }

        /** The next message of the server as the SDK hands it over. */
        JsonNode message() {
            return next("message").path("message");
        }

        /** The next message that has something at that JSON pointer. */
        JsonNode message(String pointer) {
            JsonNode message = message();
            while (message.at(pointer).isMissingNode()) {
                message = message();
            }
            return message;
        }

        /** The messages up to and with the one that ends the turn. */
        List<JsonNode> turn() {
            List<JsonNode> turn = new ArrayList<>();
            do {
                turn.add(next("message"));
            } while (!turn.get(turn.size() - 1).at("/message/serverContent/turnComplete").asBoolean());
            return turn;
        }

        private AssertionError unexpected(String expected, JsonNode event) {
            return new AssertionError("Expected " + expected + " but the SDK told " + event + "; Node said:\n" + said());
        }

        /** Whether nothing was called back that has not been asked for, once everything that Node has to do now is done. */
        boolean quiet() {
            call("version", JSON.createObjectNode());
            return events.isEmpty();
        }

        /** Calls a method of the session. */
        void send(String method, JsonNode parameters) {
            call("send", JSON.createObjectNode().put("session", name).put("method", method).set("params", parameters));
        }

        void close() {
            call("close", JSON.createObjectNode().put("session", name));
        }

        /** The same session on the other side. */
        RecordedSession recorded(GenAiLiveEmulator emulator) {
            return emulator.sessions().stream()
                    .filter(session -> List.of(name).equals(session.headers().get(NAME_HEADER)))
                    .findFirst().orElseThrow(() -> new AssertionError("The emulator has not seen " + name));
        }
    }

    /** What the SDK's own {@code text} of each message gives together. */
    static String text(List<JsonNode> turn) {
        StringBuilder text = new StringBuilder();
        turn.forEach(event -> text.append(event.path("text").asText("")));
        return text.toString();
    }

    /** For {@link #connect}: no config at all. */
    static JsonNode noConfig() {
        return MissingNode.getInstance();
    }
}
