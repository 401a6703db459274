package dev.camelgenai.benchmarks.server;

import java.nio.charset.StandardCharsets;

import dev.camelgenai.benchmarks.ChunkMark;
import dev.camelgenai.benchmarks.SequenceLedger;
import dev.camelgenai.benchmarks.ServerMode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** One connection: its setup, its chunks, and what it is sent. */
final class CountingHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

    /** The eight bytes before the audio, whatever else is before them: found by comparing them at once. */
    private static final long DATA = Unpooled.copiedBuffer("\"data\":\"", StandardCharsets.US_ASCII).readLong();
    private static final ByteBuf SETUP = constant("{\"setup\"");
    private static final ByteBuf SETUP_COMPLETE = constant("{\"setupComplete\":{}}");
    /** Messages that the source writes before others have their turn. */
    private static final int BURST = 32;

    private final CountingServer.Run run;
    private SequenceLedger ledger;
    private int session = -1;
    private long sourceSequence;
    private boolean pumping;
    private int arrived;

    CountingHandler(CountingServer.Run run) {
        this.run = run;
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)).asReadOnly();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        ByteBuf content = frame.content();
        int data = audio(content);
        if (data >= 0) {
            chunk(context, content, data);
        } else if (startsWith(content, SETUP)) {
            run.connections.increment();
            // the service writes its JSON in binary frames
            context.writeAndFlush(new BinaryWebSocketFrame(SETUP_COMPLETE.duplicate()));
        } else {
            run.unrecognised.increment();
        }
    }

    /** Where the audio begins, or -1. */
    private static int audio(ByteBuf content) {
        int last = content.writerIndex() - Long.BYTES;
        for (int at = content.readerIndex(); at <= last; at++) {
            if (content.getLong(at) == DATA) {
                return at + Long.BYTES;
            }
        }
        return -1;
    }

    private static boolean startsWith(ByteBuf content, ByteBuf start) {
        return content.readableBytes() >= start.readableBytes()
                && content.slice(content.readerIndex(), start.readableBytes()).equals(start);
    }

    private void chunk(ChannelHandlerContext context, ByteBuf content, int data) {
        ChunkMark mark;
        try {
            mark = ChunkMark.of(content, data);
        } catch (IllegalArgumentException e) {
            run.unrecognised.increment();
            return;
        }
        if (mark.session() != session) {
            session = mark.session();
            ledger = run.ledger(session);
        }
        ledger.arrived(mark.sequence());
        arrived++;
        if (run.mode == ServerMode.ANSWER) {
            context.writeAndFlush(new BinaryWebSocketFrame(run.audio.withMarkOf(content, data, context.alloc())));
        } else if (run.mode == ServerMode.SOURCE && !pumping) {
            pump(context);
        }
    }

    /** Writes until the socket has enough, and goes on when it wants more. */
    private void pump(ChannelHandlerContext context) {
        pumping = true;
        int written = 0;
        while (written < BURST && context.channel().isWritable() && !run.sourceStopped) {
            context.write(new BinaryWebSocketFrame(
                    run.audio.with(new ChunkMark(session, sourceSequence++, System.nanoTime()), context.alloc())));
            written++;
        }
        run.sourceSent.add(written);
        context.flush();
        if (context.channel().isActive() && context.channel().isWritable() && !run.sourceStopped) {
            context.executor().execute(() -> pump(context));
        } else {
            pumping = false;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        run.arrivals.add(arrived);
        arrived = 0;
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (run.mode == ServerMode.SOURCE && session >= 0 && !pumping && context.channel().isWritable()) {
            pump(context);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.err.println("counting server: " + cause);
        context.close();
    }
}
