package dev.camelgenai.live.transport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

/**
 * Netty's leak detector at its most thorough, and what it finds: buffers that were thrown away without being released. One at a
 * time; until it is closed.
 */
public final class BufferLeaks implements AutoCloseable {

    private static final int PROBES = 16;

    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final List<String> found = new CopyOnWriteArrayList<>();

    public BufferLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        // of what others have left behind
        collect();
        ByteBufUtil.setLeakListener((type, records) -> found.add(type + records));
    }

    /** The leaks so far, with where the buffers were used. */
    public List<String> found() {
        if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
            throw new IllegalStateException("The leak detector was turned down meanwhile, as Vert.x does it where the system"
                    + " property io.netty.leakDetection.level is not set: set it to paranoid");
        }
        collect();
        return List.copyOf(found);
    }

    /** A leak is found when the garbage collector has seen the buffer, and told when another one is made. */
    private static void collect() {
        System.gc();
        for (int i = 0; i < PROBES; i++) {
            ByteBuf probe = PooledByteBufAllocator.DEFAULT.buffer(1);
            probe.release();
        }
    }

    @Override
    public void close() {
        ByteBufUtil.setLeakListener(null);
        ResourceLeakDetector.setLevel(before);
    }
}
