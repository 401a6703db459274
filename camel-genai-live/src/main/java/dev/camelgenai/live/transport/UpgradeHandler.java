package dev.camelgenai.live.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits before AsyncHttpClient's handler until the connection is open. AsyncHttpClient connects, does TLS and checks the
 * handshake; this handler also keeps the text of a refusal. When the upgrade has succeeded, both make room for
 * {@link FrameHandler}.
 */
final class UpgradeHandler extends DialHandler<ConnectAttempt> {

    private static final String AHC_HANDLER = "ahc-ws";

    private final Duration minSilence;
    private final List<WebSocketFrame> early = new ArrayList<>();
    private Refusal refusal;

    UpgradeHandler(AnnouncedAddresses<ConnectAttempt> announced, SocketGate socket, Duration minSilence) {
        super(announced, socket);
        this.minSilence = minSilence;
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
            attempt().dial().fail(new IOException("The server's answer is not HTTP", response.decoderResult().cause()));
        } else if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            upgrade(ctx, response);
        } else if (status >= HttpResponseStatus.OK.code()) {
            refusal = new Refusal(status, false);
            ctx.executor().schedule(this::refused, Refusal.BODY_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
        // else: one of the informational responses that may precede the answer
    }

    private void refused() {
        attempt().dial().fail(refusal.toException());
    }

    private void upgrade(ChannelHandlerContext ctx, HttpResponse response) {
        ChannelPipeline pipeline = ctx.pipeline();
        // checks the handshake and exchanges the codecs before it returns
        ctx.fireChannelRead(ReferenceCountUtil.retain(response));
        FrameHandler frames = attempt().accepted() ? new FrameHandler(socket(), attempt(), minSilence) : null;
        if (frames == null || !attempt().dial().succeed(frames)) {
            attempt().dial().fail(new IOException("The server's answer is not a WebSocket handshake"));
            early.forEach(ReferenceCountUtil::release);
            socket().drop();
            return;
        }
        pipeline.remove(AHC_HANDLER);
        pipeline.replace(this, null, frames);
        // the context of a handler that was replaced leads to the one in its place
        early.forEach(ctx::fireChannelRead);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        attempt().dial().fail(refusal != null
                ? refusal.toException()
                : new IOException("The server closed the connection before it answered the WebSocket upgrade"));
    }
}
