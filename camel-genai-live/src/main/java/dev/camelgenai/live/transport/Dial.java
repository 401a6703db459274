package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.resolver.DefaultNameResolver;
import io.netty.resolver.NameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import org.asynchttpclient.uri.Uri;

/**
 * What every request has to go through, a WebSocket upgrade as any other: one socket, perhaps by way of a proxy, a deadline, and
 * one outcome. It is settled once; what arrives later - a socket that connects after the deadline, say - is closed.
 *
 * @param <T> what comes out of it
 */
final class Dial<T> {

    private final Uri uri;
    private final LiveProxy proxy;
    private final Duration timeout;
    private final String goal;
    private final HttpHeaders credentials;
    private final Runnable settlement;
    private final CompletableFuture<T> stage = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile SocketGate socket;
    private volatile Future<?> request;
    private volatile Future<?> deadline;

    /**
     * @param goal       what there is to be, for messages: "connection"
     * @param settlement what to do first when it is settled
     * @throws IllegalArgumentException if a credential cannot be sent in a header
     */
    Dial(URI uri, LiveProxy proxy, Duration timeout, String goal, Map<String, String> credentials, Runnable settlement) {
        this.uri = Uri.create(uri.toASCIIString());
        this.proxy = proxy;
        this.timeout = timeout;
        this.goal = goal;
        this.credentials = headers(credentials);
        this.settlement = settlement;
    }

    private static HttpHeaders headers(Map<String, String> credentials) {
        HttpHeaders headers = new DefaultHttpHeaders();
        credentials.forEach((name, value) -> {
            try {
                headers.set(name, value);
            } catch (IllegalArgumentException e) {
                // without its cause, which may quote from the value
                throw new IllegalArgumentException(
                        "The credential header " + name + " holds characters that HTTP does not allow");
            }
        });
        return headers;
    }

    CompletionStage<T> stage() {
        return stage.minimalCompletionStage();
    }

    Uri uri() {
        return uri;
    }

    /** {@code null} means a direct connection. */
    LiveProxy proxy() {
        return proxy;
    }

    /** What AsyncHttpClient must not get to see. */
    HttpHeaders credentials() {
        return credentials;
    }

    /** Looks up the proxy in place of the target, whose name may mean something to the proxy only. */
    NameResolver<InetAddress> proxyResolver() {
        String proxyHost = proxy.host();
        return new DefaultNameResolver(ImmediateEventExecutor.INSTANCE) {

            @Override
            protected void doResolve(String target, Promise<InetAddress> promise) throws Exception {
                super.doResolve(proxyHost, promise);
            }

            @Override
            protected void doResolveAll(String target, Promise<List<InetAddress>> promise) throws Exception {
                super.doResolveAll(proxyHost, promise);
            }
        };
    }

    /** The target as a proxy should be told: by name, unless it is given as an IP address. */
    InetSocketAddress target() {
        String host = host();
        boolean literal = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
        return literal
                ? new InetSocketAddress(host, uri.getExplicitPort())
                : InetSocketAddress.createUnresolved(host, uri.getExplicitPort());
    }

    private String host() {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private String peer() {
        return host() + ":" + uri.getExplicitPort() + (proxy == null ? "" : " by way of " + proxy);
    }

    void startDeadline(ScheduledExecutorService executor) {
        deadline = executor.schedule(
                () -> fail(new TimeoutException("No " + goal + " to " + peer() + " within " + timeout)),
                timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    void requested(Future<?> request) {
        this.request = request;
        if (settled.get()) {
            request.cancel(true);
        }
    }

    /**
     * A socket is about to connect.
     *
     * @return whether it should
     */
    boolean connecting(SocketGate socket) {
        this.socket = socket;
        return !settled.get();
    }

    /**
     * Ends it well; the socket stays open.
     *
     * @return {@code false} if it has failed already
     */
    boolean succeed(T outcome) {
        if (!settled.compareAndSet(false, true)) {
            return false;
        }
        cleanUp();
        stage.complete(outcome);
        return true;
    }

    /** Ends it well, and the socket first. Does nothing if it has failed already. */
    void finish(T outcome) {
        if (settled.compareAndSet(false, true)) {
            cleanUp();
            hangUp(() -> stage.complete(outcome));
        }
    }

    void fail(Throwable failure) {
        if (settled.compareAndSet(false, true)) {
            cleanUp();
            Throwable cause = unwrap(failure);
            hangUp(() -> stage.completeExceptionally(cause));
        }
    }

    /** In this order, so that a caller who connects again at once does not meet its own old socket. */
    private void hangUp(Runnable then) {
        Future<?> pending = request;
        if (pending != null) {
            pending.cancel(true);
        }
        SocketGate open = socket;
        if (open == null) {
            then.run();
        } else {
            open.drop().addListener(closed -> then.run());
        }
    }

    private void cleanUp() {
        settlement.run();
        Future<?> pending = deadline;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    private Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && (cause.getClass() == ConnectException.class || cause instanceof DecoderException
                || cause instanceof ProxyConnectException)) {
            cause = cause.getCause();
        }
        if (cause instanceof ClosedChannelException) {
            return new IOException(peer() + " closed the connection before it had answered", cause);
        }
        if (cause instanceof IOException || cause instanceof TimeoutException) {
            return cause;
        }
        return new IOException("Connecting to " + peer() + " failed: " + cause, cause);
    }
}
