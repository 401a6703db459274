package dev.camelgenai.benchmarks.peer;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The floor: Netty on NIO, as the component uses it, what waits written byte by byte into one pooled buffer, frames and
 * masks included, and audio found in what is received without parsing it. It promises nothing of what a session promises: no reconnection, no bounds, no turns.
 */
final class NettyPeer implements Peer {

    private static final int MAX_THREADS = 4;
    private static final int MAX_FRAME_BYTES = 16 << 20;
    private static final int FLUSH_AFTER = 64;
    private static final int MAX_AUDIO_TEXT = 16 * 1024;
    private static final ByteBuf SETUP = Unpooled
            .unreleasableBuffer(Unpooled.wrappedBuffer(ascii("{\"setup\":{\"model\":\"models/" + Target.MODEL + "\"}}")))
            .asReadOnly();
    private static final long DATA = Unpooled.wrappedBuffer(ascii("\"data\":\"")).readLong();
    private static final FastThreadLocal<AudioFrames> FRAMES = new FastThreadLocal<>() {
        @Override
        protected AudioFrames initialValue() {
            return new AudioFrames();
        }
    };
    /** Longer than any piece of audio that the server sends. */
    private static final FastThreadLocal<byte[]> TEXT = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[MAX_AUDIO_TEXT];
        }
    };
    /** A record of TLS. */
    private static final int BATCH_BYTES = 16 * 1024;

    /** A chunk that waits for the event loop. */
    private record Waiting(byte[] pcm, PeerSession.Completion completion) {
    }

    private final EventLoopGroup eventLoops = new NioEventLoopGroup(
            Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()), new DefaultThreadFactory("netty-peer", true));
    private final Target target;
    private final SslContext tls;
    private final boolean builds;

    /**
     * @param builds whether a {@code LiveServerMessage} is made of what is received
     */
    NettyPeer(Target target, boolean boringSsl, boolean builds) throws GeneralSecurityException, SSLException {
        if (boringSsl) {
            OpenSsl.ensureAvailability();
        }
        this.target = target;
        this.builds = builds;
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        tls = SslContextBuilder.forClient().trustManager(trust).sslProvider(boringSsl ? SslProvider.OPENSSL : SslProvider.JDK)
                .build();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        CompletableFuture<PeerSession> opened = new CompletableFuture<>();
        WebSocketClientProtocolConfig protocol = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create(target.wss() + Target.PATH)).maxFramePayloadLength(MAX_FRAME_BYTES)
                .withUTF8Validator(false).build();
        new Bootstrap().group(eventLoops).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FlushConsolidationHandler(FLUSH_AFTER, true), tlsHandler(channel),
                                new HttpClientCodec(), new HttpObjectAggregator(8_192),
                                new WebSocketClientProtocolHandler(protocol), new SessionHandler(opened,
                                        builds ? pcm -> ModelSound.forEach(message(pcm), onAudio) : onAudio));
                    }
                }).connect("localhost", target.port()).addListener(connected -> {
                    if (!connected.isSuccess()) {
                        opened.completeExceptionally(connected.cause());
                    }
                });
        return opened;
    }

    /** As {@link dev.camelgenai.live.transport.LiveConnector#afterwards}. */
    boolean afterwards(Runnable task) {
        for (EventExecutor loop : eventLoops) {
            if (loop.inEventLoop() && !loop.isShuttingDown()) {
                loop.execute(task);
                return true;
            }
        }
        return false;
    }

    private static LiveServerMessage message(byte[] pcm) {
        return LiveServerMessage.builder().serverContent(LiveServerContent.builder().modelTurn(Content.builder()
                .parts(List.of(Part.builder()
                        .inlineData(Blob.builder().mimeType("audio/pcm;rate=24000").data(pcm).build()).build()))
                .build()).build()).build();
    }

    private SslHandler tlsHandler(Channel channel) {
        SslHandler handler = tls.newHandler(channel.alloc(), "localhost", target.port());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    @Override
    public void close() {
        eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class SessionHandler extends SimpleChannelInboundHandler<WebSocketFrame> implements PeerSession {

        private final CompletableFuture<PeerSession> opened;
        private final Consumer<byte[]> onAudio;
        /** Bounded by what the load has in flight. */
        private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private volatile Channel channel;

        SessionHandler(CompletableFuture<PeerSession> opened, Consumer<byte[]> onAudio) {
            this.opened = opened;
            this.onAudio = onAudio;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channel = context.channel();
            context.fireChannelActive();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                context.writeAndFlush(new TextWebSocketFrame(SETUP.duplicate()));
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            ByteBuf content = frame.content();
            int from = audio(content);
            if (from < 0) {
                opened.complete(this);
                return;
            }
            // from the end, because the audio is long and what follows is not
            int length = content.indexOf(content.writerIndex(), from, (byte) '"') - from;
            byte[] text = TEXT.get();
            content.getBytes(from, text, 0, length);
            byte[] pcm = Base64.getDecoder().decode(ByteBuffer.wrap(text, 0, length)).array();
            onAudio.accept(pcm);
        }

        private static int audio(ByteBuf content) {
            int last = content.writerIndex() - Long.BYTES;
            for (int at = content.readerIndex(); at <= last; at++) {
                if (content.getLong(at) == DATA) {
                    return at + Long.BYTES;
                }
            }
            return -1;
        }

        @Override
        public void send(byte[] pcm, Completion completion) {
            waiting.add(new Waiting(pcm, completion));
            if (scheduled.compareAndSet(false, true)) {
                channel.eventLoop().execute(this::writeAll);
            }
        }

        /** Everything that waits, in as few writes as TLS has records. */
        private void writeAll() {
            scheduled.set(false);
            Waiting next = waiting.poll();
            while (next != null) {
                ByteBuf batch = channel.alloc().directBuffer(BATCH_BYTES);
                List<Completion> completions = new ArrayList<>();
                while (next != null && batch.writableBytes() >= AudioFrames.size(next.pcm().length)) {
                    FRAMES.get().write(next.pcm(), batch);
                    completions.add(next.completion());
                    next = waiting.poll();
                }
                // bytes pass the encoder of frames as they are
                channel.write(batch).addListener(sent -> completions.forEach(each -> each.done(sent.cause())));
            }
            channel.flush();
        }

        @Override
        public CompletionStage<Void> close() {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            channel.close().addListener(done -> closed.complete(null));
            return closed;
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            opened.completeExceptionally(new IllegalStateException("The connection was closed"));
            context.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            opened.completeExceptionally(cause);
            context.close();
        }
    }
}
