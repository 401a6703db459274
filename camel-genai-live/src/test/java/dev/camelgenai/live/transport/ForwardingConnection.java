package dev.camelgenai.live.transport;

import java.util.List;

import io.netty.buffer.ByteBuf;

/** A connection between the session and the real one, for tests that watch or hold what passes. */
public abstract class ForwardingConnection implements LiveConnection {

    private volatile LiveConnection connection;

    /** The real one, which is known only when it has been opened. */
    protected void forwardTo(LiveConnection opened) {
        connection = opened;
    }

    @Override
    public void execute(Runnable task) {
        connection.execute(task);
    }

    @Override
    public void send(List<ByteBuf> messages, SendCallback callback) {
        connection.send(messages, callback);
    }

    @Override
    public int batchBytes() {
        return connection.batchBytes();
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable();
    }

    @Override
    public void pauseReading() {
        connection.pauseReading();
    }

    @Override
    public void resumeReading() {
        connection.resumeReading();
    }

    @Override
    public void close(int code, String reason) {
        connection.close(code, reason);
    }

    @Override
    public void abort() {
        connection.abort();
    }
}
