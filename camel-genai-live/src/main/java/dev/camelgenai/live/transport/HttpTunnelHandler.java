package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.proxy.ProxyHandler;

/**
 * Opens a tunnel through an HTTP proxy. Netty's own handler for this keeps neither the status nor the text of a refusal.
 */
final class HttpTunnelHandler extends ProxyHandler {

    private final Dial<?> dial;
    private final LiveProxy proxy;
    private final HttpClientCodec codec = new HttpClientCodec();
    private Refusal refusal;

    HttpTunnelHandler(SocketAddress proxyAddress, Dial<?> dial) {
        super(proxyAddress);
        this.dial = dial;
        this.proxy = dial.proxy();
    }

    @Override
    public String protocol() {
        return "http";
    }

    @Override
    public String authScheme() {
        return proxy.username() == null ? "none" : "basic";
    }

    @Override
    protected void addCodec(ChannelHandlerContext ctx) {
        ctx.pipeline().addBefore(ctx.name(), null, codec);
    }

    @Override
    protected void removeEncoder(ChannelHandlerContext ctx) {
        codec.removeOutboundHandler();
    }

    @Override
    protected void removeDecoder(ChannelHandlerContext ctx) {
        codec.removeInboundHandler();
    }

    @Override
    protected Object newInitialMessage(ChannelHandlerContext ctx) {
        InetSocketAddress target = destinationAddress();
        String host = target.getHostString();
        String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + target.getPort();
        FullHttpRequest connect = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.CONNECT, authority,
                Unpooled.EMPTY_BUFFER);
        connect.headers().set(HttpHeaderNames.HOST, authority);
        if (proxy.username() != null) {
            String user = proxy.username() + ":" + (proxy.password() == null ? "" : proxy.password());
            connect.headers().set(HttpHeaderNames.PROXY_AUTHORIZATION,
                    "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        return connect;
    }

    @Override
    protected boolean handleResponse(ChannelHandlerContext ctx, Object message) throws IOException {
        if (message instanceof HttpResponse response) {
            if (response.decoderResult().isFailure()) {
                throw new IOException("The proxy's answer is not HTTP", response.decoderResult().cause());
            }
            if (!HttpResponseStatus.OK.equals(response.status())) {
                refusal = new Refusal(response.status().code(), true);
                ctx.executor().schedule(this::refused, Refusal.BODY_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        if (refusal == null) {
            return message instanceof LastHttpContent;
        }
        if (message instanceof HttpContent content && refusal.add(content)) {
            refused();
        }
        return false;
    }

    private void refused() {
        dial.fail(refusal.toException());
    }
}
