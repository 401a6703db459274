package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks4ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits before AsyncHttpClient's handler until the connection is open. AsyncHttpClient connects, does TLS and checks the
 * handshake; this handler does what it cannot: the proxy (its own way through proxies sends credentials to the wrong
 * side and needs the target's address), credentials that its log does not see, and the text of a refusal. When the
 * upgrade has succeeded, both make room for {@link FrameHandler}.
 */
final class UpgradeHandler extends ChannelDuplexHandler {

    private static final String AHC_HANDLER = "ahc-ws";

    private final AnnouncedAddresses announced;
    private final SocketGate socket;
    private final Duration minSilence;
    private final List<WebSocketFrame> early = new ArrayList<>();
    private ConnectAttempt attempt;
    private Refusal refusal;

    UpgradeHandler(AnnouncedAddresses announced, SocketGate socket, Duration minSilence) {
        this.announced = announced;
        this.socket = socket;
        this.minSilence = minSilence;
    }

    @Override
    public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local, ChannelPromise promise)
            throws Exception {
        attempt = announced.take(remote);
        if (attempt == null) {
            promise.setFailure(new IOException("AsyncHttpClient connects to an address that it did not announce"));
        } else if (!attempt.connecting(socket)) {
            promise.setFailure(new IOException("The attempt to connect has ended"));
        } else if (attempt.upgrade().proxy() == null) {
            ctx.connect(remote, local, promise);
        } else {
            connectProxy(ctx, ((InetSocketAddress) remote).getAddress(), local, promise);
        }
    }

    /** For AsyncHttpClient, which goes on with TLS, the channel is connected when the tunnel is. */
    private void connectProxy(ChannelHandlerContext ctx, InetAddress proxyHost, SocketAddress local, ChannelPromise promise) {
        LiveProxy proxy = attempt.upgrade().proxy();
        SocketAddress address = new InetSocketAddress(proxyHost, proxy.port());
        ProxyHandler tunnel = switch (proxy.type()) {
            case HTTP -> new HttpTunnelHandler(address, attempt);
            case SOCKS4 -> new Socks4ProxyHandler(address, proxy.username());
            case SOCKS5 -> new Socks5ProxyHandler(address, proxy.username(), proxy.password());
        };
        // the attempt's deadline covers the proxy as well
        tunnel.setConnectTimeoutMillis(0);
        ctx.pipeline().addFirst(tunnel);
        tunnel.connectFuture().addListener(connected -> {
            if (connected.isSuccess()) {
                ctx.pipeline().remove(tunnel);
                promise.trySuccess();
            } else {
                attempt.fail(connected.cause());
                promise.tryFailure(connected.cause());
            }
        });
        ctx.connect(attempt.target(), local, ctx.newPromise().addListener(reached -> {
            if (!reached.isSuccess()) {
                // not the attempt's end: the proxy's name may have further addresses
                promise.tryFailure(reached.cause());
            }
        }));
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest request) {
            ctx.write(withCredentials(request), promise);
            ReferenceCountUtil.release(message);
        } else {
            ctx.write(message, promise);
        }
    }

    /** A copy, because AsyncHttpClient keeps the original and writes it to its log. */
    private HttpRequest withCredentials(HttpRequest request) {
        HttpHeaders headers = request.headers().copy();
        if (attempt.upgrade().headers().keySet().stream().noneMatch(HttpHeaderNames.ORIGIN::contentEqualsIgnoreCase)) {
            // AsyncHttpClient always adds one, but an origin is a matter of browsers
            headers.remove(HttpHeaderNames.ORIGIN);
        }
        headers.setAll(attempt.credentials());
        HttpRequest copy = new DefaultFullHttpRequest(request.protocolVersion(), request.method(), request.uri(),
                Unpooled.EMPTY_BUFFER);
        copy.headers().set(headers);
        return copy;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame) {
            // came in one piece with the server's answer, which AsyncHttpClient is just looking at
            early.add(frame);
            return;
        }
        try {
            if (message instanceof HttpResponse response) {
                answered(ctx, response);
            }
            if (refusal != null && message instanceof HttpContent content && refusal.add(content)) {
                refused();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answered(ChannelHandlerContext ctx, HttpResponse response) {
        int status = response.status().code();
        if (response.decoderResult().isFailure()) {
            attempt.fail(new IOException("The server's answer is not HTTP", response.decoderResult().cause()));
        } else if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            upgrade(ctx, response);
        } else if (status >= HttpResponseStatus.OK.code()) {
            refusal = new Refusal(status, false);
            ctx.executor().schedule(this::refused, Refusal.BODY_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
        // else: one of the informational responses that may precede the answer
    }

    private void refused() {
        attempt.fail(refusal.toException());
    }

    private void upgrade(ChannelHandlerContext ctx, HttpResponse response) {
        ChannelPipeline pipeline = ctx.pipeline();
        // checks the handshake and exchanges the codecs before it returns
        ctx.fireChannelRead(ReferenceCountUtil.retain(response));
        FrameHandler frames = attempt.accepted() ? new FrameHandler(socket, attempt, minSilence) : null;
        if (frames == null || !attempt.succeed(frames)) {
            attempt.fail(new IOException("The server's answer is not a WebSocket handshake"));
            early.forEach(ReferenceCountUtil::release);
            socket.drop();
            return;
        }
        pipeline.remove(AHC_HANDLER);
        pipeline.replace(this, null, frames);
        // the context of a handler that was replaced leads to the one in its place
        early.forEach(ctx::fireChannelRead);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        attempt.fail(refusal != null
                ? refusal.toException()
                : new IOException("The server closed the connection before it answered the WebSocket upgrade"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        attempt.fail(cause);
    }
}
