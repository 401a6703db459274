package dev.camelgenai.benchmarks;

import java.util.List;
import java.util.Locale;

/** What is compared. */
public enum PeerName {

    /** Google's SDK, unmodified, with the common pool forced to four threads. */
    SDK(false, "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4"),

    /** Google's SDK at the JVM's defaults. */
    SDK_DEFAULTS(false),

    /** The component's session layer, without Camel. */
    SESSION(false),

    /** Camel routes to and from {@code genai-live}. */
    ROUTE(false),

    /** As {@link #ROUTE}, the consumer with {@code deliver=event}. */
    ROUTE_EVENT(false),

    /** Netty 4.1 with a hand-written encoder and decoder: the floor. */
    NETTY(false),

    /** Raw Netty whose messages are taken by workers: what any session layer costs at least that lets nobody hold up its event loops. */
    NETTY_WORKER(false),

    /** {@code direct:} to raw Netty, and raw Netty to a route, exchanges going on on workers: what any component costs at least. */
    NETTY_ROUTE(false),

    /** Camel routes to and from {@code vertx-websocket}, with JSON made by the route author. */
    VERTX_ROUTE(false),

    /** As {@link #SESSION}, with BoringSSL on the class path. */
    SESSION_BORINGSSL(true),

    /** As {@link #ROUTE}, with BoringSSL. */
    ROUTE_BORINGSSL(true),

    /** As {@link #ROUTE_EVENT}, with BoringSSL. */
    ROUTE_EVENT_BORINGSSL(true),

    /** As {@link #NETTY}, with BoringSSL. */
    NETTY_BORINGSSL(true),

    /** As {@link #NETTY_ROUTE}, with BoringSSL. */
    NETTY_ROUTE_BORINGSSL(true);

    private final boolean boringSsl;
    private final List<String> jvmOptions;

    PeerName(boolean boringSsl, String... jvmOptions) {
        this.boringSsl = boringSsl;
        this.jvmOptions = List.of(jvmOptions);
    }

    /** Whether netty-tcnative is on the class path of its client. */
    public boolean boringSsl() {
        return boringSsl;
    }

    /** That belong to the peer. */
    public List<String> jvmOptions() {
        return jvmOptions;
    }

    /** Whether it is this project's own, whose faults fail the benchmark. */
    public boolean isOurs() {
        return switch (this) {
            case SESSION, ROUTE, ROUTE_EVENT, SESSION_BORINGSSL, ROUTE_BORINGSSL, ROUTE_EVENT_BORINGSSL -> true;
            case SDK, SDK_DEFAULTS, NETTY, NETTY_WORKER, NETTY_ROUTE, VERTX_ROUTE, NETTY_BORINGSSL, NETTY_ROUTE_BORINGSSL ->
                false;
        };
    }

    /** As on the command line and in the report. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
