package dev.camelgenai.live.transport;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open connection: the last handler of the pipeline, and what the session sees of it. */
final class FrameHandler extends ChannelDuplexHandler implements LiveConnection {

    /** How long the peer has to answer a close frame that has been written. */
    static final long CLOSE_WAIT_MILLIS = 2_000;
    /** How long a close takes at most, also when the socket takes nothing; less than a session waits for it. */
    static final long CLOSE_LIMIT_MILLIS = 4_000;

    private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);
    private static final int MAX_REASON_BYTES = 123;
    /** What decoding makes of a character that was cut. */
    private static final String HALF_CHARACTER = "\uFFFD";

    /** Always a single record of TLS, which takes 16 KB or a byte less: whoever has not got all of it can read nothing of it. */
    private static final int BATCH_BYTES = 16_000;

    private final SocketGate socket;
    private final Channel channel;
    private final boolean tls;
    private final LiveConnectionListener listener;
    private final long pingNanos;
    private final SilenceWatch silence;

    // all below: event loop only
    private ChannelHandlerContext ctx;
    /** How the connection ends, once that is decided; the first cause counts. */
    private LiveClose end;
    private boolean deaf;
    private boolean closeSent;
    private ByteBuf owedPong;
    private Future<?> pings;
    private Future<?> closeLimit;
    private Future<?> closeWait;

    /**
     * @param minSilence a connection that pings, and from which nothing was heard for so long and for two ping intervals, is
     *                   dead
     */
    FrameHandler(SocketGate socket, ConnectAttempt attempt, Duration minSilence) {
        this.socket = socket;
        this.channel = socket.channel();
        SslHandler encryption = channel.pipeline().get(SslHandler.class);
        this.tls = encryption != null;
        if (tls) {
            // a record for each buffer, and none that has a part of another one in it
            encryption.setWrapDataSize(0);
        }
        this.listener = attempt.listener();
        Duration pingInterval = attempt.upgrade().pingInterval();
        this.pingNanos = pingInterval.toNanos();
        Duration twoPings = pingInterval.multipliedBy(2);
        Duration limit = twoPings.compareTo(minSilence) > 0 ? twoPings : minSilence;
        this.silence = new SilenceWatch(socket, limit, () -> dead(limit));
    }

    // ---- LiveConnection, any thread

    @Override
    public void execute(Runnable task) {
        socket.onLoop(task);
    }

    @Override
    public void send(List<ByteBuf> messages, SendCallback callback) {
        EventLoop loop = channel.eventLoop();
        Sent sent = new Sent(callback);
        if (loop.isShutdown()) {
            sent.tell(new ClosedChannelException());
            return;
        }
        // bytes pass the encoder of frames as they are
        ChannelFuture written = channel.writeAndFlush(MaskedFrames.of(messages, channel.alloc())).addListener(sent);
        if (loop.isShutdown() && written.isDone()) {
            // shut down meanwhile: the loop has told nobody, or not everybody
            sent.tell(written.cause());
        }
    }

    @Override
    public int batchBytes() {
        return tls ? BATCH_BYTES : 0;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void pauseReading() {
        socket.pause(true);
    }

    @Override
    public void resumeReading() {
        socket.pause(false);
    }

    @Override
    public void close(int code, String reason) {
        if (code < 0 || !WebSocketCloseStatus.isValidStatusCode(code)) {
            throw new IllegalArgumentException("Not a code that a WebSocket close frame may carry: " + code);
        }
        String sendable = cut(reason);
        socket.onLoop(() -> startClose(new LiveClose(code, sendable, false, null)));
    }

    @Override
    public void abort() {
        socket.onLoop(() -> drop(new LiveClose(WebSocketCloseStatus.ABNORMAL_CLOSURE.code(), "", false, null)));
    }

    /** Cut between characters, not within one: half a character would make the whole frame invalid. */
    static String cut(String reason) {
        int bytes = 0;
        int end = 0;
        while (end < reason.length()) {
            int character = reason.codePointAt(end);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > MAX_REASON_BYTES) {
                break;
            }
            end += Character.charCount(character);
        }
        return reason.substring(0, end);
    }

    // ---- the pipeline, event loop

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        if (pingNanos > 0) {
            pings = ctx.executor().scheduleAtFixedRate(this::ping, pingNanos, pingNanos, TimeUnit.NANOSECONDS);
            silence.start(ctx.executor());
        }
    }

    private void dead(Duration limit) {
        drop(new LiveClose(WebSocketCloseStatus.ABNORMAL_CLOSURE.code(), "", true,
                new IOException("Nothing was heard from the service for " + limit.toSeconds() + " s")));
    }

    private void ping() {
        // While the socket takes nothing, a ping would only lengthen the queue.
        if (!closeSent && channel.isWritable()) {
            ctx.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof TextWebSocketFrame || message instanceof BinaryWebSocketFrame) {
                received((WebSocketFrame) message);
            } else if (message instanceof PingWebSocketFrame ping) {
                owedPong(ping.content().retain());
                pong();
            } else if (message instanceof CloseWebSocketFrame close) {
                closeReceived(close);
            }
            // else: a pong, or the end of the HTTP response
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void received(WebSocketFrame frame) {
        // Once this side has said goodbye, a paused listener must not block the peer's answer behind its messages.
        boolean unwanted = closeSent && socket.isPaused();
        if (!deaf && !unwanted) {
            listener.onMessage(frame.content());
        }
    }

    /** Only the latest ping needs an answer (RFC 6455, 5.5.3), so one that cannot be sent yet replaces the one before. */
    private void owedPong(ByteBuf payload) {
        ReferenceCountUtil.release(owedPong);
        owedPong = payload;
    }

    private void pong() {
        if (owedPong != null && !closeSent && channel.isWritable()) {
            ByteBuf payload = owedPong;
            owedPong = null;
            ctx.writeAndFlush(new PongWebSocketFrame(payload));
        }
    }

    private void closeReceived(CloseWebSocketFrame frame) {
        deaf = true;
        if (closeSent) {
            channel.close();
            return;
        }
        int code = frame.statusCode();
        String reason = frame.reasonText();
        decide(new LiveClose(code < 0 ? WebSocketCloseStatus.EMPTY.code() : code, reason == null ? "" : whole(reason), true,
                null));
        sendClose(code < 0 ? WebSocketCloseStatus.NORMAL_CLOSURE.code() : code, "").addListener(ChannelFutureListener.CLOSE);
    }

    /** Services cut reasons to the length that fits, some of them within a character. */
    private static String whole(String reason) {
        return reason.endsWith(HALF_CHARACTER) ? reason.substring(0, reason.length() - 1) : reason;
    }

    private void startClose(LiveClose close) {
        if (ctx == null) {
            // told to by whoever has just been told that it is open; its place in the pipeline is not taken yet
            channel.eventLoop().execute(() -> startClose(close));
            return;
        }
        if (closeSent || !channel.isActive()) {
            return;
        }
        decide(close);
        sendClose(close.code(), close.reason()).addListener(this::closeWritten);
        // the answer comes after whatever a paused listener has left in the socket
        socket.release();
    }

    private ChannelFuture sendClose(int code, String reason) {
        ChannelFuture sent = ctx.writeAndFlush(new CloseWebSocketFrame(code, reason));
        goodbye();
        return sent;
    }

    private void goodbye() {
        closeSent = true;
        if (closeLimit == null) {
            closeLimit = ctx.executor().schedule(socket::drop, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void closeWritten(io.netty.util.concurrent.Future<? super Void> written) {
        if (!written.isSuccess()) {
            socket.drop();
        } else if (channel.isActive()) {
            closeWait = ctx.executor().schedule(socket::drop, CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void drop(LiveClose close) {
        decide(close);
        deaf = true;
        socket.drop();
    }

    private void decide(LiveClose close) {
        if (end == null) {
            end = close;
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (closeSent) {
            // nothing may follow a close frame
            ReferenceCountUtil.release(message);
            promise.setFailure(new ClosedChannelException());
        } else {
            ctx.write(message, promise);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        pong();
        if (channel.isWritable()) {
            listener.onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // TLS has ended; some servers leave TCP open
            channel.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        Throwable cause = failure instanceof DecoderException && failure.getCause() instanceof IOException
                ? failure.getCause()
                : failure;
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            // also a frame that is too long; the decoder has sent the close frame and will close the channel
            deaf = true;
            WebSocketCloseStatus status = corrupted.closeStatus();
            decide(new LiveClose(status.code(), status.reasonText(), false, cause));
            goodbye();
        } else if (cause instanceof TooLongFrameException) {
            deaf = true;
            WebSocketCloseStatus status = WebSocketCloseStatus.MESSAGE_TOO_BIG;
            startClose(new LiveClose(status.code(), status.reasonText(), false, cause));
        } else {
            boolean line = cause instanceof IOException;
            drop(new LiveClose(WebSocketCloseStatus.ABNORMAL_CLOSURE.code(), "", line, cause));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        silence.stop();
        cancel(pings);
        cancel(closeLimit);
        cancel(closeWait);
        owedPong(null);
        decide(new LiveClose(WebSocketCloseStatus.ABNORMAL_CLOSURE.code(), "", true, null));
        deaf = true;
        try {
            listener.onClosed(end);
        } catch (RuntimeException e) {
            LOG.warn("A listener failed when told that its connection has ended", e);
        }
    }

    private static void cancel(Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Tells a callback once, even if the event loop ends while a frame is on its way. */
    private final class Sent extends AtomicBoolean implements ChannelFutureListener {

        private static final long serialVersionUID = 1L;

        private final transient SendCallback callback;

        Sent(SendCallback callback) {
            this.callback = callback;
        }

        @Override
        public void operationComplete(ChannelFuture written) {
            Throwable failure = written.cause();
            if (failure instanceof IOException && !closeSent && channel.isActive()) {
                // AsyncHttpClient turns the closing of broken channels off
                drop(new LiveClose(WebSocketCloseStatus.ABNORMAL_CLOSURE.code(), "", true, failure));
            }
            tell(failure);
        }

        void tell(Throwable failure) {
            if (compareAndSet(false, true)) {
                callback.onSent(failure);
            }
        }
    }
}
