package dev.camelgenai.live.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Answers each HTTP request with prepared bytes, whatever they are. */
final class RawTestServer implements AutoCloseable {

    final AtomicInteger accepted = new AtomicInteger();
    /** Connections that the client has ended. */
    final AtomicInteger ended = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Function<String, byte[]> answer;
    private final boolean closes;

    /**
     * @param answer from the head of the request to the bytes; {@code null} for no answer
     * @param closes whether the server closes the connection when it has answered
     */
    RawTestServer(Function<String, byte[]> answer, boolean closes) throws IOException {
        this.answer = answer;
        this.closes = closes;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    static byte[] response(int status, String headers, String body) {
        return ("HTTP/1.1 " + status + " Something\r\n" + headers + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
    }

    /** The answer to a request for an upgrade, as it should be. */
    static String switching(String head) {
        String key = head.lines().filter(line -> line.toLowerCase().startsWith("sec-websocket-key:")).findFirst()
                .orElseThrow().substring("sec-websocket-key:".length()).trim();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    URI uri() {
        return URI.create("ws://localhost:" + server.getLocalPort() + "/ws/live");
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                sockets.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                lines.add(line);
            }
            String head = String.join("\n", lines);
            heads.add(head);
            byte[] bytes = answer.apply(head);
            if (bytes != null) {
                socket.getOutputStream().write(bytes);
            }
            if (!closes) {
                while (reader.read() >= 0) {
                    continue;
                }
                ended.incrementAndGet();
            }
        } catch (IOException e) {
            ended.incrementAndGet();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-test-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
