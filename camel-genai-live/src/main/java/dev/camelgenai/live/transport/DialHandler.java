package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks4ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits before AsyncHttpClient's handler and does what it cannot: the proxy (its own way through proxies sends credentials to the
 * wrong side and needs the target's address) and credentials that its log does not see.
 *
 * @param <A> whose socket it is
 */
abstract class DialHandler<A extends Attempt> extends ChannelDuplexHandler {

    private final AnnouncedAddresses<A> announced;
    private final SocketGate socket;
    private A attempt;

    DialHandler(AnnouncedAddresses<A> announced, SocketGate socket) {
        this.announced = announced;
        this.socket = socket;
    }

    final A attempt() {
        return attempt;
    }

    final SocketGate socket() {
        return socket;
    }

    @Override
    public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local, ChannelPromise promise)
            throws Exception {
        attempt = announced.take(remote);
        if (attempt == null) {
            promise.setFailure(new IOException("AsyncHttpClient connects to an address that it did not announce"));
        } else if (!attempt.dial().connecting(socket)) {
            promise.setFailure(new IOException("The attempt to connect has ended"));
        } else if (attempt.dial().proxy() == null) {
            ctx.connect(remote, local, promise);
        } else {
            connectProxy(ctx, ((InetSocketAddress) remote).getAddress(), local, promise);
        }
    }

    /** For AsyncHttpClient, which goes on with TLS, the channel is connected when the tunnel is. */
    private void connectProxy(ChannelHandlerContext ctx, InetAddress proxyHost, SocketAddress local, ChannelPromise promise) {
        Dial<?> dial = attempt.dial();
        LiveProxy proxy = dial.proxy();
        SocketAddress address = new InetSocketAddress(proxyHost, proxy.port());
        ProxyHandler tunnel = switch (proxy.type()) {
            case HTTP -> new HttpTunnelHandler(address, dial);
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
                dial.fail(connected.cause());
                promise.tryFailure(connected.cause());
            }
        });
        ctx.connect(dial.target(), local, ctx.newPromise().addListener(reached -> {
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
        if (attempt.headers().keySet().stream().noneMatch(HttpHeaderNames.ORIGIN::contentEqualsIgnoreCase)) {
            // AsyncHttpClient always adds one, but an origin is a matter of browsers
            headers.remove(HttpHeaderNames.ORIGIN);
        }
        headers.setAll(attempt.dial().credentials());
        HttpRequest copy = new DefaultFullHttpRequest(request.protocolVersion(), request.method(), request.uri(),
                request instanceof FullHttpRequest full ? full.content().retain() : Unpooled.EMPTY_BUFFER);
        copy.headers().set(headers);
        return copy;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        attempt.dial().fail(cause);
    }
}
