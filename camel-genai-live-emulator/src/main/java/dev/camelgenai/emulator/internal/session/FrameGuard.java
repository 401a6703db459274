package dev.camelgenai.emulator.internal.session;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;

/**
 * What Vert.x does differently. Frames that are too large, or none at all: Vert.x would just drop the line, the service
 * tells why. Pings: Vert.x answers them at once, the service now and then late.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {

    private static final int MAX_LATE_PONGS = 1_000;

    private final LiveSession session;
    private int latePongs;

    FrameGuard(LiveSession session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof PingWebSocketFrame ping && !session.manners().pongDelay().isZero()) {
            session.record().onPing();
            byte[] payload = ByteBufUtil.getBytes(ping.content());
            ping.release();
            pongLater(ctx, payload);
        } else if (message instanceof CloseWebSocketFrame) {
            // before the answer is on its way: a client that has it may come back at once
            session.onClientClosing();
            ctx.fireChannelRead(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private void pongLater(ChannelHandlerContext ctx, byte[] payload) {
        // not all pings need a pong of their own (RFC 6455, 5.5.3)
        if (latePongs < MAX_LATE_PONGS) {
            latePongs++;
            session.later(session.manners().pongDelay(), () -> {
                latePongs--;
                ctx.writeAndFlush(new PongWebSocketFrame(Unpooled.wrappedBuffer(payload)));
            });
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException e) {
            session.close(e.closeStatus().code(), e.closeStatus().reasonText(), String.valueOf(e.getMessage()));
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
