package dev.camelgenai.benchmarks.client;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;

/**
 * What this JVM has allocated on the heap: what is used now, plus all that collections have freed. Counted at the collections, and
 * not by thread, because peers start threads that are gone before they could be asked. Exact to the size of an allocation region,
 * some megabytes, which windows of some seconds under load make small. For the life of the process.
 */
final class AllocationMeter {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Set<String> HEAP_POOLS = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP).map(MemoryPoolMXBean::getName).collect(Collectors.toSet());

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final long collectionsBefore = collections();
    private long freed;
    private long heard;

    AllocationMeter() {
        for (GarbageCollectorMXBean collector : collectors) {
            ((NotificationEmitter) collector).addNotificationListener(this::collected, null, null);
        }
    }

    private void collected(Notification notification, Object handback) {
        if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            GcInfo info = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData()).getGcInfo();
            synchronized (this) {
                freed += heap(info.getMemoryUsageBeforeGc()) - heap(info.getMemoryUsageAfterGc());
                heard++;
            }
        }
    }

    private static long heap(Map<String, MemoryUsage> pools) {
        return HEAP_POOLS.stream().map(pools::get).filter(Objects::nonNull).mapToLong(MemoryUsage::getUsed).sum();
    }

    private long collections() {
        return collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    /** Bytes since the JVM began, or from any other fixed point: only differences mean something. */
    long allocated() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long before = collections();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            synchronized (this) {
                // notifications come a little later than collections
                boolean complete = heard == before - collectionsBefore && before == collections();
                if (complete || System.nanoTime() > end) {
                    return used + freed;
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }
}
