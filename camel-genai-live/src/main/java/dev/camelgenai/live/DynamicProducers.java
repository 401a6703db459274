package dev.camelgenai.live;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateProducerException;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.LRUCacheFactory;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The endpoints and producers of dynamic URIs. They are not known to the context. The oldest are stopped when there are too
 * many; their sessions go on. Thread-safe.
 */
final class DynamicProducers extends ServiceSupport {

    /** Of distinct URIs without session key; one more costs little, and making one again costs less than a send. */
    static final int MAX = 100;

    private final CamelContext camelContext;
    private final Map<String, Entry> entries = LRUCacheFactory.newLRUCache(MAX, Entry::release);

    DynamicProducers(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** Stopped by the last to release it, so never while it sends. */
    private static final class Entry {

        private static final int CLOSED = 0;

        private final GenAiLiveEndpoint endpoint;
        private final GenAiLiveProducer producer;
        /** Whoever sends, and the cache. */
        private final AtomicInteger holders = new AtomicInteger(1);

        private Entry(GenAiLiveEndpoint endpoint, GenAiLiveProducer producer) {
            this.endpoint = endpoint;
            this.producer = producer;
        }

        private boolean hold() {
            return holders.getAndUpdate(count -> count == CLOSED ? CLOSED : count + 1) != CLOSED;
        }

        private void release() {
            if (holders.decrementAndGet() == CLOSED) {
                ServiceHelper.stopAndShutdownServices(producer, endpoint);
            }
        }
    }

    boolean process(DynamicSend send, Exchange exchange, AsyncCallback callback) {
        Entry entry = hold(send.target());
        try {
            return entry.producer.process(exchange, send.sessionKey(), callback);
        } finally {
            // what the session has accepted needs the producer no more
            entry.release();
        }
    }

    private Entry hold(String uri) {
        while (true) {
            Entry entry = entries.get(uri);
            if (entry == null) {
                entry = entries.computeIfAbsent(uri, this::create);
            }
            if (entry.hold()) {
                return entry;
            }
            // evicted in the meantime
            entries.remove(uri, entry);
        }
    }

    /** As Camel would do it, with the same messages where it is refused. */
    private Entry create(String uri) {
        Endpoint resolved = camelContext.getCamelContextExtension().getPrototypeEndpoint(uri);
        // an interceptor for it has seen the exchange already, at the endpoint that the context knows
        GenAiLiveEndpoint endpoint = (GenAiLiveEndpoint) (resolved instanceof InterceptSendToEndpoint intercepted
                ? intercepted.getOriginalEndpoint()
                : resolved);
        try {
            GenAiLiveProducer producer = endpoint.createProducer();
            ServiceHelper.startService(producer);
            return new Entry(endpoint, producer);
        } catch (RuntimeException e) {
            ServiceHelper.stopAndShutdownService(endpoint);
            throw new FailedToCreateProducerException(endpoint, e);
        }
    }

    int size() {
        return entries.size();
    }

    @Override
    protected void doStop() {
        entries.values().forEach(Entry::release);
        entries.clear();
    }
}
