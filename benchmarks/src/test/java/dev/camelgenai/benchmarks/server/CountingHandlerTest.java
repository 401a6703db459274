package dev.camelgenai.benchmarks.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;

import dev.camelgenai.benchmarks.ArrivalCounter;
import dev.camelgenai.benchmarks.ChunkMark;
import dev.camelgenai.benchmarks.SequenceLedger.Account;
import dev.camelgenai.benchmarks.ServerMode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class CountingHandlerTest {

    private static final int SESSION = 7;

    @TempDir
    Path directory;

    private static EmbeddedChannel connect(CountingServer.Run run) {
        return new EmbeddedChannel(new CountingHandler(run));
    }

    private CountingServer.Run run(ServerMode mode) throws IOException {
        return new CountingServer.Run(mode, 640, new ArrivalCounter(directory.resolve("arrivals")));
    }

    private static String audio(long sequence) {
        byte[] pcm = new byte[640];
        new ChunkMark(SESSION, sequence, 1_234).writeTo(pcm);
        return Base64.getEncoder().encodeToString(pcm);
    }

    private static void send(EmbeddedChannel connection, long sequence) {
        send(connection,
                "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\"" + audio(sequence) + "\"}}}");
    }

    private static void send(EmbeddedChannel connection, String message) {
        connection.writeInbound(new TextWebSocketFrame(message));
    }

    private static Account account(CountingServer.Run run) {
        return run.ledger(SESSION).account();
    }

    @Test
    void chunksInOrderAreReceivedAndNothingElse() throws IOException {
        CountingServer.Run run = run(ServerMode.SINK);
        EmbeddedChannel connection = connect(run);

        for (int sequence = 0; sequence < 5; sequence++) {
            send(connection, sequence);
        }

        assertThat(account(run)).isEqualTo(new Account(5, 0, 0, 0));
        assertThat(run.arrivals.get()).isEqualTo(5);
    }

    @Test
    void aLostChunkIsNoticed() throws IOException {
        CountingServer.Run run = run(ServerMode.SINK);
        EmbeddedChannel connection = connect(run);

        send(connection, 0);
        send(connection, 3);

        assertThat(account(run)).isEqualTo(new Account(2, 2, 0, 0));
    }

    @Test
    void aReorderedChunkIsNoticedAndNotLost() throws IOException {
        CountingServer.Run run = run(ServerMode.SINK);
        EmbeddedChannel connection = connect(run);

        send(connection, 0);
        send(connection, 2);
        send(connection, 1);

        assertThat(account(run)).isEqualTo(new Account(3, 0, 1, 0));
    }

    @Test
    void aRepeatedChunkIsNoticedAndCountedOnce() throws IOException {
        CountingServer.Run run = run(ServerMode.SINK);
        EmbeddedChannel connection = connect(run);

        send(connection, 0);
        send(connection, 0);

        assertThat(account(run)).isEqualTo(new Account(1, 0, 0, 1));
    }

    @Test
    void theAudioIsFoundWhateverThePeersOrderOfFieldsAndSpelling() throws IOException {
        CountingServer.Run run = run(ServerMode.SINK);
        EmbeddedChannel connection = connect(run);

        send(connection, "{\"realtime_input\":{\"audio\":{\"data\":\"" + audio(0) + "\",\"mimeType\":\"audio/pcm\"}}}");
        send(connection, "{\"realtimeInput\":{\"mediaChunks\":[{\"mimeType\":\"audio/pcm\",\"data\":\"" + audio(1) + "\"}]}}");

        assertThat(account(run)).isEqualTo(new Account(2, 0, 0, 0));
        assertThat(run.unrecognised.sum()).isZero();
    }

    @Test
    void whatIsNeitherSetupNorMarkedAudioIsCountedAsUnreadable() throws IOException {
        CountingServer.Run run = run(ServerMode.SINK);
        EmbeddedChannel connection = connect(run);

        send(connection, "{\"clientContent\":{}}");
        send(connection, "{\"realtimeInput\":{\"audio\":{\"data\":\"AAAA\"}}}");

        assertThat(run.unrecognised.sum()).isEqualTo(2);
    }

    @Test
    void aSetupIsAnsweredInABinaryFrameAsTheServiceDoes() throws IOException {
        EmbeddedChannel connection = connect(run(ServerMode.SINK));

        send(connection, "{\"setup\":{\"model\":\"models/m\"}}");

        BinaryWebSocketFrame answer = connection.readOutbound();
        assertThat(answer.content().toString(UTF_8)).isEqualTo("{\"setupComplete\":{}}");
    }

    @Test
    void anAnswerCarriesTheMarkOfItsChunk() throws IOException {
        CountingServer.Run run = run(ServerMode.ANSWER);
        EmbeddedChannel connection = connect(run);

        send(connection, 42);

        BinaryWebSocketFrame answer = connection.readOutbound();
        String json = answer.content().toString(UTF_8);
        answer.release();
        byte[] pcm = Base64.getDecoder().decode(json.replaceAll(".*\"data\":\"", "").replaceAll("\".*", ""));
        assertThat(pcm).hasSize(640);
        assertThat(ChunkMark.of(pcm)).isEqualTo(new ChunkMark(SESSION, 42, 1_234));
    }

    @Test
    void theSourceBeginsWithTheFirstChunkAndEndsWhenItIsStopped() throws IOException {
        CountingServer.Run run = run(ServerMode.SOURCE);
        // a socket that takes everything
        EmbeddedChannel connection = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {

            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
                run.sourceStopped = connectionWrites(context) >= 100;
                context.write(message, written);
            }
        }, new CountingHandler(run));
        assertThat(connection.outboundMessages()).isEmpty();

        send(connection, 0);

        assertThat(connection.outboundMessages()).hasSize((int) run.sourceSent.sum()).hasSizeGreaterThan(100);
        connection.releaseOutbound();
    }

    private static int connectionWrites(ChannelHandlerContext context) {
        return ((EmbeddedChannel) context.channel()).outboundMessages().size();
    }
}
