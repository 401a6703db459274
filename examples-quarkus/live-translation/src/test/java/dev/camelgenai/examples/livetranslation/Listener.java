package dev.camelgenai.examples.livetranslation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import static org.awaitility.Awaitility.await;

/** Somebody who listens over HTTP, and leaves by closing the connection. */
final class Listener implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile String status = "";
    private volatile boolean ended;

    /** Waits until it has joined. */
    static Listener join(String address, String path) throws IOException {
        Listener listener = new Listener(address, path);
        listener.awaitEvent(event -> event.startsWith("joined: "));
        return listener;
    }

    Listener(String address, String path) throws IOException {
        URI uri = URI.create(address);
        socket = new Socket(uri.getHost(), uri.getPort());
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + uri.getHost()
                + "\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        Thread reader = new Thread(this::read, "listener");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            status = lines.readLine();
            String kind = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    kind = line.substring("event:".length());
                } else if (line.startsWith("data:")) {
                    events.add(kind + ": " + line.substring("data:".length()));
                }
            }
        } catch (SocketException e) {
            // closed by this side
            events.add("closed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ended = true;
        }
    }

    /** As {@code kind: text}. */
    List<String> events() {
        return List.copyOf(events);
    }

    String awaitEvent(Predicate<String> wanted) {
        await().atMost(PATIENCE).until(() -> events.stream().anyMatch(wanted));
        return events.stream().filter(wanted).findFirst().orElseThrow();
    }

    void awaitEvent(String event) {
        awaitEvent(event::equals);
    }

    /** Such as 200; waits for it. */
    int status() {
        await().atMost(PATIENCE).until(() -> !status.isEmpty());
        return Integer.parseInt(status.split(" ")[1]);
    }

    void awaitEnd() {
        await().atMost(PATIENCE).until(() -> ended);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
