package dev.camelgenai.live.transport;

import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;

/**
 * Decides whether a channel reads. Auto-read alone does not stop a channel: AsyncHttpClient's handler and Netty's
 * decoders ask for more on their own account when a read is complete. So this handler sits next to the socket (only TLS
 * is nearer) and lets no request to read pass while reading is paused. It also hears every byte that comes, which the
 * decoders behind it keep to themselves until a frame is complete.
 */
final class SocketGate extends ChannelDuplexHandler {

    private final Channel channel;
    private volatile boolean paused;
    private volatile boolean released;
    // event loop only
    private boolean silent;

    SocketGate(Channel channel) {
        this.channel = channel;
    }

    Channel channel() {
        return channel;
    }

    boolean isPaused() {
        return paused;
    }

    /** The last call wins, from whichever thread. */
    void pause(boolean pause) {
        paused = pause;
        if (pause) {
            // at once, because a read that is under way looks at it after each chunk and would go on for up to sixteen
            channel.config().setAutoRead(reads());
        }
        onLoop(this::apply);
    }

    /** Reads on whatever {@link #pause} says, so that the end of the connection is seen. */
    void release() {
        released = true;
        onLoop(this::apply);
    }

    /** Whether nothing has come since the last call, although reading was on all the time. Event loop only. */
    boolean wasSilent() {
        boolean was = silent && reads();
        silent = true;
        return was;
    }

    /** Runs a task on the event loop; at once when called there. */
    void onLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
            return;
        }
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // The loop ends after its channels: nothing is left to do this to. Anything else is an error.
            if (channel.isOpen()) {
                throw e;
            }
        }
    }

    /** Closes the socket without a TLS farewell, which would wait for a peer that has stopped reading. */
    ChannelFuture drop() {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        return tls == null ? channel.close() : tls.close();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (reads()) {
            ctx.read();
        }
    }

    /** Comes after each read of the socket, also when TLS had no use for its bytes yet. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        silent = false;
        ctx.fireChannelReadComplete();
    }

    private boolean reads() {
        return released || !paused;
    }

    private void apply() {
        boolean reads = reads();
        channel.config().setAutoRead(reads);
        if (reads) {
            silent = false;
            // Not left to auto-read: it may never have been off, while a request to read was held back here.
            channel.read();
        }
    }
}
