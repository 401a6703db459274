package dev.camelgenai.benchmarks;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many chunks have arrived, in memory that server and client share: the client learns it for nothing, whatever its peer. Only
 * so can a peer be kept busy and not be flooded that reports chunks as sent when it has queued them. Thread-safe.
 */
public final class ArrivalCounter {

    private static final VarHandle COUNT = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;

    /**
     * @param file made where it is not there
     */
    public ArrivalCounter(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            // stays mapped when the file is closed
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
    }

    public void add(long chunks) {
        COUNT.getAndAdd(memory, 0, chunks);
    }

    public void reset() {
        COUNT.setVolatile(memory, 0, 0L);
    }

    public long get() {
        return (long) COUNT.getVolatile(memory, 0);
    }
}
