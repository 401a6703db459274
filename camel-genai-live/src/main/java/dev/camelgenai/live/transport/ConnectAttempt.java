package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
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
import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;
import org.asynchttpclient.uri.Uri;
import org.asynchttpclient.ws.WebSocketUpgradeHandler;

/**
 * One call of {@link LiveConnector#connect}, from then until the connection is open or has failed. It is settled once;
 * what arrives later - a socket that connects after the deadline, say - is closed.
 */
final class ConnectAttempt extends WebSocketUpgradeHandler {

    private final LiveUpgrade upgrade;
    private final Uri uri;
    private final LiveConnectionListener listener;
    private final AnnouncedAddresses announced;
    private final HttpHeaders credentials;
    private final CompletableFuture<LiveConnection> stage = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile SocketGate socket;
    private volatile Future<?> request;
    private volatile Future<?> deadline;
    // event loop only
    private boolean accepted;

    /**
     * @throws IllegalArgumentException if the address is not a WebSocket's or a credential cannot be sent in a header
     */
    ConnectAttempt(LiveUpgrade upgrade, LiveConnectionListener listener, AnnouncedAddresses announced) {
        super(List.of());
        this.upgrade = upgrade;
        this.uri = Uri.create(upgrade.uri().toASCIIString());
        if (!uri.isWebSocket()) {
            throw new IllegalArgumentException("Neither a ws nor a wss address: " + upgrade.uri());
        }
        this.listener = listener;
        this.announced = announced;
        this.credentials = headers(upgrade);
    }

    private static HttpHeaders headers(LiveUpgrade upgrade) {
        HttpHeaders headers = new DefaultHttpHeaders();
        upgrade.credentials().forEach((name, value) -> {
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

    CompletionStage<LiveConnection> stage() {
        return stage.minimalCompletionStage();
    }

    LiveUpgrade upgrade() {
        return upgrade;
    }

    LiveConnectionListener listener() {
        return listener;
    }

    HttpHeaders credentials() {
        return credentials;
    }

    /** What AsyncHttpClient gets to see, and to log: no credential is in it. */
    Request request() {
        RequestBuilder builder = new RequestBuilder("GET", true).setUri(uri);
        upgrade.headers().forEach(builder::setHeader);
        if (upgrade.proxy() != null) {
            builder.setNameResolver(proxyResolver());
        }
        return builder.build();
    }

    /** Looks up the proxy in place of the target, whose name may mean something to the proxy only. */
    private NameResolver<InetAddress> proxyResolver() {
        String proxyHost = upgrade.proxy().host();
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
        return host() + ":" + uri.getExplicitPort() + (upgrade.proxy() == null ? "" : " by way of " + upgrade.proxy());
    }

    void startDeadline(ScheduledExecutorService executor) {
        deadline = executor.schedule(
                () -> fail(new TimeoutException("No connection to " + peer() + " within " + upgrade.connectTimeout())),
                upgrade.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
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

    @Override
    public void onTcpConnectAttempt(InetSocketAddress remoteAddress) {
        announced.announce(remoteAddress, this);
    }

    @Override
    protected void onOpen0() {
        accepted = true;
    }

    /** Whether AsyncHttpClient has found the server's answer to be a valid handshake. */
    boolean accepted() {
        return accepted;
    }

    @Override
    protected void onThrowable0(Throwable failure) {
        fail(failure);
    }

    /**
     * @return {@code false} if the attempt has failed already
     */
    boolean succeed(LiveConnection connection) {
        if (!settled.compareAndSet(false, true)) {
            return false;
        }
        cleanUp();
        stage.complete(connection);
        return true;
    }

    void fail(Throwable failure) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        cleanUp();
        Throwable cause = unwrap(failure);
        Future<?> pending = request;
        if (pending != null) {
            pending.cancel(true);
        }
        SocketGate open = socket;
        if (open == null) {
            stage.completeExceptionally(cause);
        } else {
            // in this order, so that a caller who connects again at once does not meet its own old socket
            open.drop().addListener(closed -> stage.completeExceptionally(cause));
        }
    }

    private void cleanUp() {
        announced.forget(this);
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
            return new IOException(peer() + " closed the connection before the WebSocket was open", cause);
        }
        if (cause instanceof IOException || cause instanceof TimeoutException) {
            return cause;
        }
        return new IOException("Connecting to " + peer() + " failed: " + cause, cause);
    }
}
