package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What an open connection does as time passes; the time is the test's. */
class FrameHandlerTimeTest {

    private static final Duration PINGS = Duration.ofSeconds(25);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    /** Silence is measured in quarters, of which the first may be cut short. */
    private static final Duration SILENCE_AND_A_QUARTER = Duration.ofSeconds(75);

    private final RecordingListener listener = new RecordingListener();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final SocketGate socket = new SocketGate(channel);
    private final StuckSocket stuck = new StuckSocket();
    private FrameHandler connection;

    /** Takes what is written, but does not tell that it has been written before it is told to. */
    private static final class StuckSocket extends ChannelOutboundHandlerAdapter {

        private boolean isStuck;
        private Runnable writing = () -> {
        };

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (isStuck) {
                writing = () -> ctx.writeAndFlush(message, promise);
            } else {
                ctx.write(message, promise);
            }
        }

        void unstick() {
            isStuck = false;
            writing.run();
        }
    }

    private void open(Duration pingInterval) {
        channel.freezeTime();
        connection = new FrameHandler(socket, new ConnectAttempt(
                new LiveUpgrade(URI.create("ws://localhost"), Map.of(), Map.of(), Duration.ofSeconds(1), pingInterval, null,
                        null),
                listener, new AnnouncedAddresses<>()), SILENCE);
        channel.pipeline().addLast(socket, stuck, new WebSocket13FrameDecoder(false, false, 1_000_000), connection);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertThat(listener.closes).hasSize(1);
    }

    /** Second by second, because a task that repeats itself runs once per step. */
    private void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private void receive(int... bytes) {
        ByteBuf buffer = Unpooled.buffer();
        for (int each : bytes) {
            buffer.writeByte(each);
        }
        channel.writeInbound(buffer);
    }

    private void receivePong() {
        receive(0x8A, 0);
    }

    private void assertDead(String silence) {
        assertThat(channel.isOpen()).isFalse();
        LiveClose close = listener.awaitClosed();
        assertThat(close.code()).isEqualTo(1006);
        assertThat(close.remote()).isTrue();
        assertThat(close.cause()).isInstanceOf(IOException.class)
                .hasMessage("Nothing was heard from the service for " + silence);
    }

    // ---- silence

    @Test
    void aConnectionWithoutASignOfLifeIsDead() {
        open(PINGS);

        pass(SILENCE.minusSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(16));

        assertDead("60 s");
    }

    @Test
    void aLongPingIntervalMeansALongSilence() {
        open(Duration.ofSeconds(100));

        pass(Duration.ofSeconds(199));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(51));

        assertDead("200 s");
    }

    @Test
    void withoutPingsNobodyNeedsToAnswer() {
        open(Duration.ZERO);

        pass(Duration.ofHours(1));

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void pongsThatTakeHalfAMinuteKeepAConnectionAlive() {
        open(PINGS);

        for (int i = 0; i < 20; i++) {
            pass(Duration.ofSeconds(30));
            receivePong();
        }

        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.outboundMessages()).hasSize(24);
    }

    @Test
    void aFrameThatTricklesInKeepsAConnectionAlive() {
        open(PINGS);

        receive(0x82, 100);
        for (int i = 0; i < 99; i++) {
            pass(Duration.ofSeconds(59));
            receive('x');
        }

        assertThat(listener.messages).isEmpty();
        assertThat(channel.isOpen()).isTrue();
        receive('x');
        assertThat(listener.messages).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 14, 15, 16, 40, 59 })
    void silenceCountsFromTheLastSignOfLife(int seconds) {
        open(PINGS);

        pass(Duration.ofSeconds(seconds));
        receivePong();
        pass(SILENCE.minusSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(16));

        assertDead("60 s");
    }

    @ParameterizedTest(name = "paused after {0} s for {1} s")
    @CsvSource({ "50, 3600", "59, 1", "50, 5", "1, 100" })
    void timeStandsStillWhileReadingIsPausedAndStartsInFull(int before, int paused) {
        open(PINGS);

        pass(Duration.ofSeconds(before));
        connection.pauseReading();
        pass(Duration.ofSeconds(paused));
        connection.resumeReading();
        pass(SILENCE.minusSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(16));

        assertDead("60 s");
    }

    @Test
    void aSilenceAfterTheEndIsNoNews() {
        open(PINGS);

        connection.close(1000, "done");
        pass(SILENCE_AND_A_QUARTER);

        assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1000, "done", false, null));
    }

    // ---- the answer to a close frame

    @Test
    void theAnswerToACloseFrameHasTwoSecondsFromWhenItIsWritten() {
        open(PINGS);
        stuck.isStuck = true;

        connection.close(1000, "done");
        pass(Duration.ofSeconds(1));
        stuck.unstick();
        pass(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(1));

        assertThat(channel.isOpen()).isFalse();
        CloseWebSocketFrame sent = channel.readOutbound();
        assertThat(sent.statusCode()).isEqualTo(1000);
        sent.release();
    }

    @Test
    void aSocketThatTakesNoCloseFrameIsDroppedAfterFourSeconds() {
        open(PINGS);
        stuck.isStuck = true;

        connection.close(1000, "done");
        pass(Duration.ofSeconds(3));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(1));

        assertThat(channel.isOpen()).isFalse();
        assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1000, "done", false, null));
        stuck.unstick();
    }

    @Test
    void theAnswerIsNotWaitedForLongerBecauseItWasWrittenLate() {
        open(PINGS);
        stuck.isStuck = true;

        connection.close(1000, "done");
        pass(Duration.ofSeconds(3));
        stuck.unstick();
        pass(Duration.ofSeconds(1));

        assertThat(channel.isOpen()).isFalse();
    }
}
