package dev.camelgenai.live.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;

/** A proxy that leads every connection to one local port, whatever name the client asks for. */
final class TestProxy implements AutoCloseable {

    /** What clients asked to be connected to. */
    final List<String> targets = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final Channel server;
    private final int targetPort;
    private final String user;
    private final String password;

    TestProxy(LiveProxy.Type type, int targetPort, String user, String password) {
        this.targetPort = targetPort;
        this.user = user;
        this.password = password;
        this.server = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {

                    @Override
                    protected void initChannel(Channel channel) {
                        if (type == LiveProxy.Type.HTTP) {
                            channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65536), new Connect());
                        } else {
                            channel.pipeline().addLast(Socks5ServerEncoder.DEFAULT, new Socks5InitialRequestDecoder(),
                                    new Socks());
                        }
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly().channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void tunnel(ChannelHandlerContext client, Object ready, ChannelHandler... codecs) {
        client.channel().config().setAutoRead(false);
        new Bootstrap().group(client.channel().eventLoop()).channel(NioSocketChannel.class)
                .handler(new Relay(client.channel()))
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort))
                .addListener((ChannelFutureListener) connected -> client.writeAndFlush(ready).addListener(sent -> {
                    client.pipeline().addLast(new Relay(connected.channel()));
                    for (ChannelHandler codec : codecs) {
                        client.pipeline().remove(codec);
                    }
                    client.channel().config().setAutoRead(true);
                }));
    }

    private final class Connect extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            targets.add(request.method() + " " + request.uri());
            String authorization = String.valueOf(request.headers().get(HttpHeaderNames.PROXY_AUTHORIZATION));
            authorizations.add(authorization);
            String expected = user == null
                    ? "null"
                    : "Basic " + java.util.Base64.getEncoder().encodeToString((user + ":" + password).getBytes());
            if (authorization.equals(expected)) {
                tunnel(ctx, new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK),
                        ctx.pipeline().get(HttpServerCodec.class), ctx.pipeline().get(HttpObjectAggregator.class), this);
            } else {
                FullHttpResponse refusal = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                        HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED,
                        Unpooled.copiedBuffer("who are you", StandardCharsets.UTF_8));
                refusal.headers().set(HttpHeaderNames.CONTENT_LENGTH, refusal.content().readableBytes());
                ctx.writeAndFlush(refusal);
            }
        }
    }

    private final class Socks extends SimpleChannelInboundHandler<Object> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Socks5InitialRequest) {
                ctx.pipeline().remove(Socks5InitialRequestDecoder.class);
                ctx.pipeline()
                        .addFirst(user == null ? new Socks5CommandRequestDecoder() : new Socks5PasswordAuthRequestDecoder());
                ctx.writeAndFlush(new DefaultSocks5InitialResponse(
                        user == null ? Socks5AuthMethod.NO_AUTH : Socks5AuthMethod.PASSWORD));
            } else if (message instanceof Socks5PasswordAuthRequest login) {
                boolean right = login.username().equals(user) && login.password().equals(password);
                ctx.pipeline().remove(Socks5PasswordAuthRequestDecoder.class);
                ctx.pipeline().addFirst(new Socks5CommandRequestDecoder());
                ctx.writeAndFlush(new DefaultSocks5PasswordAuthResponse(
                        right ? Socks5PasswordAuthStatus.SUCCESS : Socks5PasswordAuthStatus.FAILURE));
            } else if (message instanceof Socks5CommandRequest command) {
                targets.add(command.dstAddrType() + " " + command.dstAddr() + ":" + command.dstPort());
                tunnel(ctx, new DefaultSocks5CommandResponse(Socks5CommandStatus.SUCCESS, Socks5AddressType.IPv4),
                        ctx.pipeline().get(Socks5ServerEncoder.class), ctx.pipeline().get(Socks5CommandRequestDecoder.class),
                        this);
            }
        }
    }

    private static final class Relay extends ChannelInboundHandlerAdapter {

        private final Channel other;

        Relay(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            other.writeAndFlush(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            other.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            other.close();
            ctx.close();
        }
    }
}
