package dev.camelgenai.benchmarks.server;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

import dev.camelgenai.benchmarks.ArrivalCounter;
import dev.camelgenai.benchmarks.SequenceLedger;
import dev.camelgenai.benchmarks.ServerMode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The least that a client takes for the Live API, so that the client is what is measured: sets sessions up, counts chunks of
 * audio without parsing JSON, and answers or sends audio where the run asks for it. Over TLS of the JDK.
 * Thread-safe.
 */
public final class CountingServer implements AutoCloseable {

    private static final int MAX_FRAME_BYTES = 1 << 20;
    private static final int FLUSH_AFTER = 64;
    private static final int BACKLOG = 4096;

    /** What one run counts, and how the server behaves in it. */
    static final class Run {

        final ServerMode mode;
        final AudioMessage audio;
        final ArrivalCounter arrivals;
        final Map<Integer, SequenceLedger> ledgers = new ConcurrentHashMap<>();
        final LongAdder connections = new LongAdder();
        final LongAdder unrecognised = new LongAdder();
        final LongAdder sourceSent = new LongAdder();
        volatile boolean sourceStopped;

        Run(ServerMode mode, int audioBytes, ArrivalCounter arrivals) {
            this.mode = mode;
            this.arrivals = arrivals;
            this.audio = new AudioMessage(audioBytes);
        }

        SequenceLedger ledger(int session) {
            return ledgers.computeIfAbsent(session, number -> new SequenceLedger());
        }
    }

    private final EventLoopGroup eventLoops;
    private final Channel listener;
    private final ArrivalCounter arrivals;
    private volatile Run run;

    /**
     * Listens on a free port of {@code localhost}.
     *
     * @param keys       what the server shows
     * @param eventLoops number of threads, at least 1
     * @param arrivals   told of each chunk
     */
    public CountingServer(KeyManagerFactory keys, int eventLoops, ArrivalCounter arrivals)
            throws SSLException, InterruptedException {
        this.arrivals = arrivals;
        begin(ServerMode.SINK, 1_920);
        SslContext tls = SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK).build();
        this.eventLoops = new NioEventLoopGroup(eventLoops, new DefaultThreadFactory("counting-server", true));
        WebSocketServerProtocolConfig protocol = WebSocketServerProtocolConfig.newBuilder().websocketPath("/")
                .checkStartsWith(true).decoderConfig(WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(MAX_FRAME_BYTES)
                        .withUTF8Validator(false).build())
                .build();
        listener = new ServerBootstrap().group(this.eventLoops).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG).childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FlushConsolidationHandler(FLUSH_AFTER, true),
                                tls.newHandler(channel.alloc()), new HttpServerCodec(),
                                new HttpObjectAggregator(MAX_FRAME_BYTES),
                                new WebSocketServerProtocolHandler(protocol), new CountingHandler(run));
                    }
                }).bind("localhost", 0).sync().channel();
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Forgets what was counted. Connections that are open go on with the run that they began in. */
    public void begin(ServerMode mode, int audioBytes) {
        arrivals.reset();
        run = new Run(mode, audioBytes, arrivals);
    }

    /** Sends no more audio of its own in this run; {@link ServerReport#sourceSent()} is final shortly after. */
    public void stopSource() {
        run.sourceStopped = true;
    }

    public ServerReport report() {
        Run current = run;
        SequenceLedger.Account all = SequenceLedger.Account.NOTHING;
        Map<Integer, Long> received = new TreeMap<>();
        for (Map.Entry<Integer, SequenceLedger> each : current.ledgers.entrySet()) {
            SequenceLedger.Account account = each.getValue().account();
            all = all.plus(account);
            received.put(each.getKey(), account.received());
        }
        return new ServerReport(current.connections.sum(), all, current.unrecognised.sum(), current.sourceSent.sum(), received);
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
