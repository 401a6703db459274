package dev.camelgenai.live.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;

/** A WebSocket server that records what it is sent; tests write to its channels themselves. */
final class WebSocketTestServer implements AutoCloseable {

    /** A frame as the server got it. */
    record Frame(String type, String text, int code) {
    }

    final List<Frame> frames = new CopyOnWriteArrayList<>();
    final List<HttpHeaders> requests = new CopyOnWriteArrayList<>();
    final ChannelGroup sockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final BlockingQueue<Channel> upgraded = new LinkedBlockingQueue<>();
    private final NioEventLoopGroup loops = new NioEventLoopGroup(2);
    private final boolean tls;
    private final Channel server;

    /**
     * @param tls          {@code null} for plain TCP
     * @param answersClose whether close frames of the client are answered
     */
    WebSocketTestServer(SslContext tls, boolean answersClose) {
        this.tls = tls != null;
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder().websocketPath("/")
                .checkStartsWith(true).handleCloseFrames(answersClose).dropPongFrames(false)
                .maxFramePayloadLength(64 * 1024 * 1024).build();
        server = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                // so that a client's writes stall early when a test stops reading here
                .option(ChannelOption.SO_RCVBUF, 64 * 1024)
                .childHandler(new ChannelInitializer<Channel>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        sockets.add(channel);
                        ChannelPipeline pipeline = channel.pipeline();
                        if (tls != null) {
                            pipeline.addLast(tls.newHandler(channel.alloc()));
                        }
                        pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(65536), new Recorder(),
                                new WebSocketServerProtocolHandler(config), new Tail());
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly().channel();
    }

    WebSocketTestServer() {
        this(null, true);
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    URI uri() {
        return URI.create((tls ? "wss" : "ws") + "://localhost:" + port() + "/ws/live");
    }

    /** The server's side of the next connection. */
    Channel connection() throws InterruptedException {
        Channel channel = upgraded.poll(10, TimeUnit.SECONDS);
        if (channel == null) {
            throw new AssertionError("No connection came");
        }
        return channel;
    }

    @Override
    public void close() {
        sockets.close().awaitUninterruptibly();
        server.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof FullHttpRequest request) {
                requests.add(request.headers().copy().set("x-test-path", request.uri()));
            } else if (message instanceof CloseWebSocketFrame close) {
                frames.add(new Frame("close", close.reasonText(), close.statusCode()));
            } else if (message instanceof WebSocketFrame frame) {
                String type = frame instanceof PingWebSocketFrame
                        ? "ping"
                        : frame instanceof PongWebSocketFrame ? "pong" : "data";
                frames.add(new Frame(type, frame.content().toString(StandardCharsets.UTF_8), 0));
            }
            ctx.fireChannelRead(message);
        }
    }

    private final class Tail extends SimpleChannelInboundHandler<WebSocketFrame> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            // recorded already
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
                upgraded.add(ctx.channel());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // clients of these tests break off at will
            ctx.close();
        }
    }
}
