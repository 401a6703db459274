package dev.camelgenai.live.transport;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Messages that are sent together. */
class BatchTest extends ConnectorTestBase {

    private static final Logger LOG = LoggerFactory.getLogger(BatchTest.class);

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void messagesOfAnyLengthArriveInTheirOrder(boolean tls) throws Exception {
        List<String> texts = List.of("first", "x".repeat(400), "y".repeat(65_536), "z".repeat(200_000), "last");
        try (WebSocketTestServer server = tls
                ? new WebSocketTestServer(TestTls.server("localhost"), true)
                : new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri(), tls ? TestTls.client() : null, null));

            send(connection, texts.subList(0, 2)).get(20, TimeUnit.SECONDS);
            send(connection, texts.subList(2, 3)).get(20, TimeUnit.SECONDS);
            send(connection, texts.subList(3, 5)).get(20, TimeUnit.SECONDS);

            await().until(() -> server.frames.size() == texts.size());
            assertThat(server.frames).extracting(WebSocketTestServer.Frame::text).containsExactlyElementsOf(texts);
        }
    }

    /** A record that has not arrived as a whole cannot be decrypted. */
    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
    void whatIsSentTogetherIsOneRecordOfTlsAndHasNothingElseInIt(String protocol) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost", protocol), true);
                RecordRelay relay = new RecordRelay(server.uri().getPort())) {
            LiveConnection connection = connect(upgrade(
                    URI.create("wss://localhost:" + relay.port() + server.uri().getPath()), TestTls.client(), null));
            assertThat(connection.batchBytes()).isPositive();
            int before = relay.records.size();
            String quarter = "q".repeat(connection.batchBytes() / 4 - LiveConnection.FRAME_HEADER_BYTES);
            List<CompletableFuture<Void>> sent = new ArrayList<>();

            connection.execute(() -> {
                sent.add(send(connection, List.of("a", "b")));
                sent.add(send(connection, List.of(quarter, quarter, quarter, quarter)));
                sent.add(send(connection, List.of("c")));
                sent.add(send(connection, List.of(quarter, quarter, quarter)));
            });

            await().until(() -> server.frames.size() == 10);
            assertThat(sent).hasSize(4).allSatisfy(each -> assertThat(each).succeedsWithin(TIMEOUT));
            assertThat(relay.records).hasSize(before + 4);
        }
    }

    @Test
    void withoutTlsNothingIsToBeSentTogether() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            assertThat(connect(upgrade(server.uri())).batchBytes()).isZero();
        }
    }

    @Test
    void onAConnectionThatHasEndedTheyFail() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost"), true)) {
            LiveConnection connection = connect(upgrade(server.uri(), TestTls.client(), null));
            connection.abort();
            listener.awaitClosed();

            assertThat(send(connection, List.of("one", "two"))).failsWithin(TIMEOUT).withThrowableThat()
                    .withCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void theCallersBuffersMayBeUsedAgainAtOnce() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            ByteBuf buffer = Unpooled.copiedBuffer("first and second", StandardCharsets.UTF_8);
            CompletableFuture<Throwable> told = new CompletableFuture<>();

            connection.send(List.of(buffer.slice(0, 5), buffer.slice(10, 6)), told::complete);
            buffer.setZero(0, buffer.capacity());

            assertThat(told.get(20, TimeUnit.SECONDS)).isNull();
            await().until(() -> server.frames.size() == 2);
            assertThat(server.frames).extracting(WebSocketTestServer.Frame::text).containsExactly("first", "second");
            assertThat(buffer.refCnt()).isOne();
        }
    }

    private static CompletableFuture<Void> send(LiveConnection connection, List<String> texts) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        connection.send(buffers(texts), failure -> {
            boolean first = failure == null ? sent.complete(null) : sent.completeExceptionally(failure);
            assertThat(first).as("told once").isTrue();
        });
        return sent;
    }

    private static List<ByteBuf> buffers(List<String> texts) {
        return texts.stream().map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)).toList();
    }

    /** Passes one connection on to a server, record by record, and keeps the lengths of the client's records of data. */
    private static final class RecordRelay implements AutoCloseable {

        private static final int APPLICATION_DATA = 23;

        private final ConcurrentLinkedQueue<Integer> records = new ConcurrentLinkedQueue<>();
        private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        private volatile Socket client = new Socket();
        private volatile Socket server = new Socket();

        RecordRelay(int serverPort) throws IOException {
            start(() -> {
                client = door.accept();
                server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                start(() -> server.getInputStream().transferTo(client.getOutputStream()));
                start(this::passRecords);
            });
        }

        int port() {
            return door.getLocalPort();
        }

        private void passRecords() throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            while (true) {
                int type = in.readUnsignedByte();
                int version = in.readUnsignedShort();
                byte[] content = new byte[in.readUnsignedShort()];
                in.readFully(content);
                if (type == APPLICATION_DATA) {
                    records.add(content.length);
                }
                out.writeByte(type);
                out.writeShort(version);
                out.writeShort(content.length);
                out.write(content);
                out.flush();
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    LOG.debug("One side has closed the connection", e);
                }
            }, "relay");
            thread.start();
            threads.add(thread);
        }

        @Override
        public void close() throws Exception {
            door.close();
            client.close();
            server.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
