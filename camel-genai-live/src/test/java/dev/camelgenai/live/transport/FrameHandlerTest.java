package dev.camelgenai.live.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What an open connection does. */
class FrameHandlerTest extends ConnectorTestBase {

    private static final Logger LOG = LoggerFactory.getLogger(FrameHandlerTest.class);
    private static final int MEGABYTE = 1024 * 1024;

    @Test
    void movesTextAndBinaryMessages() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            Channel peer = server.connection();
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                sent.add(send(connection, "{\"n\":" + i + "}"));
            }
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get();
            await().until(() -> server.frames.size() == 1000);
            for (int i = 0; i < 1000; i++) {
                assertThat(server.frames.get(i).text()).isEqualTo("{\"n\":" + i + "}");
            }
            peer.write(new TextWebSocketFrame("text ä"));
            peer.writeAndFlush(new BinaryWebSocketFrame(Unpooled.copiedBuffer("binary ö", StandardCharsets.UTF_8)));
            await().until(() -> listener.messages.size() == 2);
            assertThat(listener.texts()).containsExactly("text ä", "binary ö");
        }
    }

    @Test
    void losesNothingThatComesWithTheAnswer() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> {
            ByteBuf bytes = Unpooled.buffer();
            bytes.writeCharSequence(RawTestServer.switching(head), StandardCharsets.US_ASCII);
            for (String text : List.of("one", "two")) {
                bytes.writeByte(0x81).writeByte(text.length()).writeCharSequence(text, StandardCharsets.US_ASCII);
            }
            bytes.writeByte(0x88).writeByte(2).writeShort(4001);
            return bytes.array();
        }, false)) {
            AtomicReference<Integer> before = new AtomicReference<>();
            connector.connect(upgrade(server.uri()), listener)
                    .thenAccept(connection -> before.set(listener.messages.size())).toCompletableFuture().get();
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(4001, "", true, null));
            assertThat(listener.texts()).containsExactly("one", "two");
            assertThat(before).as("the stage comes first").hasValue(0);
        }
    }

    @Test
    void joinsFragmentsAndLetsPingsThroughBetweenThem() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            Channel peer = server.connection();
            peer.write(new BinaryWebSocketFrame(false, 0, Unpooled.copiedBuffer("on", StandardCharsets.UTF_8)));
            peer.write(new PingWebSocketFrame(Unpooled.copiedBuffer("are you there", StandardCharsets.UTF_8)));
            peer.write(new ContinuationWebSocketFrame(false, 0, Unpooled.copiedBuffer("e me", StandardCharsets.UTF_8)));
            peer.writeAndFlush(new ContinuationWebSocketFrame(true, 0, Unpooled.copiedBuffer("ssage", StandardCharsets.UTF_8)));
            await().until(() -> listener.messages.size() == 1 && server.frames.size() == 1);
            assertThat(listener.texts()).containsExactly("one message");
            assertThat(server.frames).containsExactly(new WebSocketTestServer.Frame("pong", "are you there", 0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void takesFifteenMegabytes(boolean oneFrame) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            write(server.connection(), 15, oneFrame);
            await().atMost(TIMEOUT).until(() -> listener.messages.size() == 1);
            assertThat(listener.messages.get(0)).hasSize(15 * MEGABYTE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void refusesSeventeenMegabytes(boolean oneFrame) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            write(server.connection(), 17, oneFrame);
            LiveClose close = listener.awaitClosed();
            assertThat(close.code()).isEqualTo(1009);
            assertThat(close.remote()).isFalse();
            assertThat(close.cause()).isNotNull();
            assertThat(listener.messages).isEmpty();
            await().until(server.sockets::isEmpty);
            if (!oneFrame) {
                assertThat(server.frames).extracting(WebSocketTestServer.Frame::code).containsExactly(1009);
            }
        }
    }

    private static void write(Channel peer, int megabytes, boolean oneFrame) {
        if (oneFrame) {
            peer.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[megabytes * MEGABYTE])));
            return;
        }
        peer.write(new BinaryWebSocketFrame(false, 0, Unpooled.wrappedBuffer(new byte[MEGABYTE])));
        for (int i = 2; i <= megabytes; i++) {
            peer.write(new ContinuationWebSocketFrame(i == megabytes, 0, Unpooled.wrappedBuffer(new byte[MEGABYTE])));
        }
        peer.flush();
    }

    @Test
    void closesOnFramesThatBreakTheProtocol() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> {
            ByteBuf bytes = Unpooled.buffer();
            bytes.writeCharSequence(RawTestServer.switching(head), StandardCharsets.US_ASCII);
            // opcode 3 means nothing
            bytes.writeByte(0x83).writeByte(0);
            return bytes.array();
        }, false)) {
            var stage = connector.connect(upgrade(server.uri()), listener).toCompletableFuture();
            // it came with the answer, so it may end the attempt as well as the connection
            await().until(() -> stage.isCompletedExceptionally() || !listener.closes.isEmpty());
            await().untilAsserted(() -> assertThat(server.ended).hasValue(1));
        }
    }

    @Test
    void closesWith1002OnABrokenFrame() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            Channel peer = server.connection();
            peer.eventLoop().execute(() -> peer.pipeline().firstContext()
                    .writeAndFlush(Unpooled.wrappedBuffer(new byte[]{ (byte) 0x83, 0 })));
            LiveClose close = listener.awaitClosed();
            assertThat(close.code()).isEqualTo(1002);
            assertThat(close.remote()).isFalse();
            await().untilAsserted(
                    () -> assertThat(server.frames).extracting(WebSocketTestServer.Frame::code).containsExactly(1002));
        }
    }

    // ---- pings

    @Test
    void pingsWhileOpen() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(new LiveUpgrade(server.uri(), Map.of(), Map.of(), TIMEOUT,
                    Duration.ofMillis(20), null, null));
            await().until(() -> server.frames.size() >= 3);
            assertThat(server.frames).allMatch(frame -> frame.type().equals("ping"));
            connection.close(1000, "");
            listener.awaitClosed();
            int pings = server.frames.size();
            await().during(Duration.ofMillis(100)).until(() -> server.frames.size() == pings);
        }
    }

    // ---- closing

    @Test
    void tellsCodeAndReasonOfTheServersClose() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            Channel peer = server.connection();
            peer.write(new TextWebSocketFrame("last words"));
            peer.writeAndFlush(new CloseWebSocketFrame(1008, "models/x is not found"));
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1008, "models/x is not found", true, null));
            assertThat(listener.texts()).containsExactly("last words");
            await().until(server.sockets::isEmpty);
            assertThat(server.frames).containsExactly(new WebSocketTestServer.Frame("close", "", 1008));
            assertThatThrownBy(() -> send(connection, "late").get()).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void tells1005ForACloseWithoutCode() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            server.connection().writeAndFlush(new CloseWebSocketFrame());
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1005, "", true, null));
            await().untilAsserted(
                    () -> assertThat(server.frames).containsExactly(new WebSocketTestServer.Frame("close", "", 1000)));
        }
    }

    /** The service cuts its reasons at 123 bytes, and not everybody looks at what is cut. */
    @Test
    void keepsCodeAndReasonThatIsCutWithinACharacter() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            byte[] payload = { 0x03, (byte) 0xF0, 'n', 'o', (byte) 0xE2, (byte) 0x82 };
            server.connection().writeAndFlush(new CloseWebSocketFrame(true, 0, Unpooled.wrappedBuffer(payload)));
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1008, "no", true, null));
        }
    }

    @Test
    void tells1006ForABrokenLine() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            breakOff(server.connection());
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1006, "", true, null));
        }
    }

    @Test
    void tells1006ForAReset() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(upgrade(server.uri()));
            SocketChannel peer = (SocketChannel) server.connection();
            peer.config().setSoLinger(0);
            breakOff(peer);
            LiveClose close = listener.awaitClosed();
            assertThat(close.code()).isEqualTo(1006);
            assertThat(close.remote()).isTrue();
        }
    }

    /** Past the server's WebSocket handler, which would send a close frame. */
    private static void breakOff(Channel peer) {
        peer.pipeline().firstContext().close();
    }

    @Test
    void closesWithCodeAndReason() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            CompletableFuture<Void> before = send(connection, "before");
            connection.close(1000, "done");
            connection.close(1001, "again");
            assertThatThrownBy(() -> send(connection, "after").get()).hasCauseInstanceOf(IOException.class);
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1000, "done", false, null));
            before.get();
            assertThat(server.frames).containsExactly(new WebSocketTestServer.Frame("data", "before", 0),
                    new WebSocketTestServer.Frame("close", "done", 1000));
        }
    }

    @Test
    void closesWhenToldToInTheMomentOfOpening() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connector.connect(upgrade(server.uri()), listener)
                    .thenAccept(connection -> connection.close(1000, "at once")).toCompletableFuture().get();
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1000, "at once", false, null));
            assertThat(server.frames).containsExactly(new WebSocketTestServer.Frame("close", "at once", 1000));
        }
    }

    @Test
    void endsOnceWhenAbortedInTheMomentOfOpening() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connector.connect(upgrade(server.uri()), listener).thenAccept(LiveConnection::abort).toCompletableFuture().get();
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1006, "", false, null));
            await().until(server.sockets::isEmpty);
            assertThat(listener.closes).hasSize(1);
        }
    }

    @Test
    void doesNotWaitLongForAnAnswerToItsClose() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(null, false)) {
            LiveConnection connection = connect(upgrade(server.uri()));
            connection.close(1000, "done");
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1000, "done", false, null));
            await().until(server.sockets::isEmpty);
        }
    }

    @Test
    void closesThoughReadingIsPaused() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            connection.pauseReading();
            Channel peer = server.connection();
            // the answer to the close frame comes behind these
            peer.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[MEGABYTE]))).sync();
            connection.close(1000, "done");
            listener.awaitClosed();
            await().until(server.sockets::isEmpty);
            assertThat(listener.messages).isEmpty();
        }
    }

    @Test
    void abortEndsTheSocketAtOnce() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost"), true)) {
            LiveConnection connection = connect(upgrade(server.uri(), TestTls.client(), null));
            connection.abort();
            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1006, "", false, null));
            await().until(server.sockets::isEmpty);
            assertThat(server.frames).isEmpty();
        }
    }

    @Test
    void refusesCodesThatMayNotBeSent() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            assertThatThrownBy(() -> connection.close(1006, "")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({ "123,a,123", "124,a,123", "62,ä,61", "42,€,41", "31,😀,30" })
    void cutsReasonsBetweenCharacters(int count, String character, int left) {
        assertThat(FrameHandler.cut(character.repeat(count))).isEqualTo(character.repeat(left));
    }

    @Test
    void endsWhenTheListenerFails() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            IllegalStateException failure = new IllegalStateException("on purpose");
            RecordingListener failing = new RecordingListener() {

                @Override
                public void onMessage(ByteBuf utf8Json) {
                    throw failure;
                }
            };
            connect(upgrade(server.uri()), failing);
            server.connection().writeAndFlush(new TextWebSocketFrame("x"));
            assertThat(failing.awaitClosed()).isEqualTo(new LiveClose(1006, "", false, failure));
        }
    }

    // ---- flow control

    @ParameterizedTest
    @CsvSource({ "false,true,16384", "false,true,2048", "false,false,16384", "true,true,16384", "true,true,2048",
        "true,false,16384" })
    void stopsReadingWhilePaused(boolean tls, boolean onEventLoop, int size) throws Exception {
        int total = 24 * MEGABYTE / size;
        try (WebSocketTestServer server = new WebSocketTestServer(tls ? TestTls.server("localhost") : null, true)) {
            AtomicReference<LiveConnection> connection = new AtomicReference<>();
            CompletableFuture<Integer> pausedAt = new CompletableFuture<>();
            AtomicInteger received = new AtomicInteger();
            List<String> disorder = new ArrayList<>();
            RecordingListener counting = new RecordingListener() {

                @Override
                public void onMessage(ByteBuf message) {
                    int number = message.getInt(message.readerIndex());
                    int expected = received.getAndIncrement();
                    if (number != expected || message.readableBytes() != size) {
                        disorder.add(number + " instead of " + expected);
                    }
                    if (expected == 100 && onEventLoop) {
                        connection.get().pauseReading();
                        pausedAt.complete(expected + 1);
                    }
                }
            };
            connection.set(connect(upgrade(server.uri(), tls ? TestTls.client() : null, null), counting));
            Channel peer = server.connection();
            Flood flood = new Flood(total, size);
            if (!onEventLoop) {
                connection.get().pauseReading();
                pausedAt.complete(0);
            }
            peer.pipeline().addLast(flood);

            int before = pausedAt.get();
            await().during(Duration.ofMillis(500)).atMost(TIMEOUT).until(() -> !peer.isWritable());
            int after = received.get() - before;
            int written = flood.written.get();
            assertThat(written).as("the server's writes stall").isLessThan(total);
            // what one read brings at most
            assertThat(after * size).as("bytes after the pause").isLessThanOrEqualTo(65536);
            LOG.info("tls {}, on event loop {}, {} bytes each: {} messages after the pause, {} of {} written by the server",
                    tls,
                    onEventLoop, size, after, written, total);

            connection.get().resumeReading();
            await().atMost(TIMEOUT).until(() -> received.get() == total);
            assertThat(disorder).isEmpty();
        }
    }

    /** Writes numbered frames as fast as the socket takes them. */
    private static final class Flood extends ChannelInboundHandlerAdapter {

        final AtomicInteger written = new AtomicInteger();
        private final int total;
        private final int size;

        Flood(int total, int size) {
            this.total = total;
            this.size = size;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.executor().execute(() -> write(ctx));
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            write(ctx);
        }

        private void write(ChannelHandlerContext ctx) {
            while (ctx.channel().isWritable() && written.get() < total) {
                ByteBuf content = ctx.alloc().buffer(size).writeInt(written.getAndIncrement()).writeZero(size - 4);
                ctx.writeAndFlush(new BinaryWebSocketFrame(content));
            }
        }
    }

    @Test
    void pausesAndResumesInAnyRhythm() throws Exception {
        int total = 2000;
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            server.connection().pipeline().addLast(new Flood(total, 1000));
            int rhythm = 0;
            while (listener.messages.size() < total && rhythm < 1_000_000) {
                connection.pauseReading();
                connection.resumeReading();
                rhythm++;
            }
            await().until(() -> listener.messages.size() == total);
        }
    }

    @Test
    void tellsWhenTheSocketIsFullAndWhenNot() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            Channel peer = server.connection();
            peer.config().setAutoRead(false);
            List<CompletableFuture<Void>> sent = fill(connection);
            assertThat(connection.isWritable()).isFalse();
            int before = listener.writable.get();
            peer.config().setAutoRead(true);
            await().until(() -> connection.isWritable() && listener.writable.get() > before);
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get();
        }
    }

    /** Sends until the socket takes no more, without assuming how much the system buffers. */
    private static List<CompletableFuture<Void>> fill(LiveConnection connection) {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        String text = "x".repeat(MEGABYTE / 8);
        while (true) {
            CompletableFuture<Void> last = send(connection, text);
            sent.add(last);
            try {
                await().atMost(Duration.ofSeconds(5)).until(last::isDone);
            } catch (ConditionTimeoutException slowOrStuck) {
                if (!connection.isWritable()) {
                    return sent;
                }
            }
        }
    }

    @Test
    void failsWhatWasNotWrittenWhenTheLineBreaks() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            Channel peer = server.connection();
            peer.config().setAutoRead(false);
            List<CompletableFuture<Void>> sent = fill(connection);
            connection.abort();
            listener.awaitClosed();
            await().until(() -> sent.stream().allMatch(CompletableFuture::isDone));
            assertThat(sent.get(sent.size() - 1)).isCompletedExceptionally();
        }
    }

    @Test
    void servesManyConnectionsWithTwoThreads() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            List<RecordingListener> listeners = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RecordingListener each = new RecordingListener();
                listeners.add(each);
                LiveConnection connection = connect(upgrade(server.uri()), each);
                Channel peer = server.connection();
                send(connection, "up " + i).get();
                peer.writeAndFlush(new TextWebSocketFrame("down " + i));
            }
            for (int i = 0; i < 8; i++) {
                RecordingListener each = listeners.get(i);
                await().until(() -> each.messages.size() == 1);
                assertThat(each.texts()).containsExactly("down " + i);
            }
            await().until(() -> server.frames.size() == 8);
            assertThat(Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("genai-live-io-")).count()).isLessThanOrEqualTo(2);
        }
    }
}
