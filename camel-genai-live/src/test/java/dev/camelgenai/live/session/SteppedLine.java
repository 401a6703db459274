package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import static org.assertj.core.api.Assertions.assertThat;

/** A connection that does nothing by itself: its event loop is stepped by hand. */
final class SteppedLine implements LiveConnector, LiveConnection {

    final Queue<Runnable> loop = new ArrayDeque<>();
    final List<String> frames = new ArrayList<>();
    /** How many frames each call had. */
    final List<Integer> batches = new ArrayList<>();
    final List<SendCallback> callbacks = new ArrayList<>();
    LiveConnectionListener listener;
    boolean onLoop;
    boolean writable = true;
    boolean paused;
    Integer closedWith;
    boolean aborted;
    /** Completed by the test for a connection that takes its time, otherwise {@code null}. */
    CompletableFuture<LiveConnection> upgrading;
    boolean outOfMemory;
    /** One message at a time. */
    int batchBytes;

    @Override
    public CompletableFuture<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener receiver) {
        listener = receiver;
        return upgrading != null ? upgrading : CompletableFuture.completedFuture(this);
    }

    @Override
    public void execute(Runnable task) {
        if (onLoop) {
            task.run();
        } else {
            loop.add(task);
        }
    }

    void step() {
        onLoop = true;
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
        onLoop = false;
    }

    void receive(String json) {
        onLoop = true;
        listener.onMessage(Unpooled.wrappedBuffer(json.getBytes(StandardCharsets.UTF_8)));
        onLoop = false;
    }

    @Override
    public void send(List<ByteBuf> messages, SendCallback callback) {
        if (outOfMemory) {
            throw new OutOfMemoryError("direct");
        }
        for (ByteBuf message : messages) {
            String frame = message.toString(StandardCharsets.UTF_8);
            assertThat(onLoop || frame.startsWith("{\"setup\"")).as("messages are written on the event loop only").isTrue();
            frames.add(frame);
        }
        batches.add(messages.size());
        callbacks.add(callback);
    }

    @Override
    public int batchBytes() {
        return batchBytes;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
    }

    @Override
    public void close(int code, String reason) {
        closedWith = code;
    }

    @Override
    public void abort() {
        if (!aborted) {
            aborted = true;
            listener.onClosed(new LiveClose(1006, "", false, null));
        }
    }

    @Override
    public void close() {
        // nothing is open
    }
}
