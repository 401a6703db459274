package dev.camelgenai.live.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import org.asynchttpclient.DefaultAsyncHttpClient;
import org.asynchttpclient.DefaultAsyncHttpClientConfig;

/**
 * Connects with AsyncHttpClient. All connections share a fixed number of daemon threads, named {@code genai-live-io-1}
 * and so on, whatever their targets, proxies and TLS settings. Messages and frames of more than 16 MB end a connection with
 * close code 1009. A connection that pings (see {@link LiveUpgrade#pingInterval()}) and from which nothing at all is heard for
 * {@link #MIN_SILENCE}, or two ping intervals if that is longer, is dropped and ends with 1006; while reading is paused, that
 * time stands still.
 * <p>
 * Safe for use by many threads at once. {@link #close()} waits some seconds at most, and not at all when called on one of
 * the connector's own threads.
 */
public final class AhcLiveConnector implements LiveConnector, HttpCaller {

    /** The service's pongs have been seen to take half a minute. */
    public static final Duration MIN_SILENCE = Duration.ofSeconds(60);

    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
    private static final int MAX_CLIENTS = 32;
    private static final int FLUSH_AFTER = 64;
    private static final long SHUTDOWN_SECONDS = 5;
    /** Held statically for the sake of native images: the manifest that it comes from is there while they are built only. */
    private static final String USER_AGENT = userAgent();

    private final NioEventLoopGroup eventLoops;
    private final Duration minSilence;
    private final AnnouncedAddresses<ConnectAttempt> upgrades = new AnnouncedAddresses<>();
    private final AnnouncedAddresses<CallAttempt> calls = new AnnouncedAddresses<>();
    private final ReentrantLock clientsLock = new ReentrantLock();
    private final Map<SSLContext, DefaultAsyncHttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<Dial<?>> dials = ConcurrentHashMap.newKeySet();
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param ioThreads number of threads that move bytes, at least 1; one serves hundreds of connections
     */
    public AhcLiveConnector(int ioThreads) {
        this(ioThreads, MIN_SILENCE);
    }

    /**
     * @param ioThreads  number of threads that move bytes, at least 1; one serves hundreds of connections
     * @param minSilence in place of {@link #MIN_SILENCE}; less is for tests only
     */
    public AhcLiveConnector(int ioThreads, Duration minSilence) {
        if (ioThreads < 1) {
            throw new IllegalArgumentException("ioThreads must be at least 1: " + ioThreads);
        }
        if (minSilence.isNegative() || minSilence.isZero()) {
            throw new IllegalArgumentException("minSilence must be more than nothing: " + minSilence);
        }
        this.minSilence = minSilence;
        eventLoops = new NioEventLoopGroup(ioThreads, threads());
    }

    private static ThreadFactory threads() {
        ThreadFactory factory = new DefaultThreadFactory("genai-live-io", true);
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = factory.newThread(task);
            thread.setName("genai-live-io-" + number.incrementAndGet());
            return thread;
        };
    }

    @Override
    public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
        try {
            ConnectAttempt attempt = new ConnectAttempt(upgrade, listener, upgrades);
            return dial(attempt.dial(), () -> client(upgrade.sslContext()).executeRequest(attempt.request(), attempt));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public CompletionStage<HttpAnswer> call(HttpCall call) {
        try {
            CallAttempt attempt = new CallAttempt(call, calls);
            return dial(attempt.dial(), () -> client(call.sslContext()).executeRequest(attempt.request(), attempt));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private <T> CompletionStage<T> dial(Dial<T> dial, Supplier<Future<?>> request) {
        dials.add(dial);
        dial.stage().whenComplete((outcome, failure) -> dials.remove(dial));
        try {
            if (closed.get()) {
                throw new IOException("The connector is closed");
            }
            dial.startDeadline(eventLoops);
            dial.requested(request.get());
        } catch (IOException | RuntimeException e) {
            dial.fail(e);
        }
        return dial.stage();
    }

    /**
     * AsyncHttpClient takes its TLS settings per client. A client owns neither threads nor, being without pool,
     * connections, so the least recently used one is simply forgotten when there are many.
     */
    private DefaultAsyncHttpClient client(SSLContext sslContext) {
        clientsLock.lock();
        try {
            DefaultAsyncHttpClient client = clients.computeIfAbsent(sslContext, this::newClient);
            if (clients.size() > MAX_CLIENTS) {
                clients.remove(clients.keySet().iterator().next());
            }
            return client;
        } finally {
            clientsLock.unlock();
        }
    }

    /** With nothing but settings that the lines 2 and 3 of AsyncHttpClient have in common. */
    private DefaultAsyncHttpClient newClient(SSLContext sslContext) {
        return new DefaultAsyncHttpClient(new DefaultAsyncHttpClientConfig.Builder()
                .setEventLoopGroup(eventLoops)
                .setNettyTimer(new NoTimer())
                // the deadline of the attempt covers these
                .addChannelOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .setHandshakeTimeout(Integer.MAX_VALUE)
                .setSslEngineFactory(new TlsEngines(sslContext))
                .setUserAgent(USER_AGENT)
                .setKeepAlive(false)
                .setMaxRequestRetry(0)
                .setFollowRedirect(false)
                .setCompressionEnforced(false)
                .setCookieStore(null)
                // proxies are up to LiveUpgrade, never to system properties
                .setUseProxyProperties(false)
                .setUseProxySelector(false)
                .setWebSocketMaxFrameSize(MAX_MESSAGE_BYTES)
                .setWebSocketMaxBufferSize(MAX_MESSAGE_BYTES)
                .setAggregateWebSocketFrameFragments(true)
                .setWsAdditionalChannelInitializer(this::initializeUpgrade)
                .setHttpAdditionalChannelInitializer(this::initializeCall)
                .build());
    }

    private static String userAgent() {
        String version = AhcLiveConnector.class.getPackage().getImplementationVersion();
        return version == null ? "camel-genai-live" : "camel-genai-live/" + version;
    }

    private void initializeUpgrade(Channel channel) {
        SocketGate socket = initialize(channel);
        channel.pipeline().addBefore("ahc-ws", null, new UpgradeHandler(upgrades, socket, minSilence));
    }

    private void initializeCall(Channel channel) {
        SocketGate socket = initialize(channel);
        channel.pipeline().addBefore("ahc-http", null, new CallHandler(calls, socket));
    }

    private SocketGate initialize(Channel channel) {
        channels.add(channel);
        channel.closeFuture().addListener(gone -> channels.remove(channel));
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get("logging") != null) {
            // AsyncHttpClient adds it when its log is verbose: a dump of all bytes, credentials included
            pipeline.remove("logging");
        }
        SocketGate socket = new SocketGate(channel);
        pipeline.addFirst(socket, new FlushConsolidationHandler(FLUSH_AFTER, true));
        return socket;
    }

    @Override
    public boolean afterwards(Runnable task) {
        for (EventExecutor loop : eventLoops) {
            if (loop.inEventLoop() && !loop.isShuttingDown()) {
                loop.execute(task);
                return true;
            }
        }
        return false;
    }

    /** Sockets that are open or being opened. */
    int sockets() {
        return channels.size();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        IOException reason = new IOException("The connector is closed");
        dials.forEach(dial -> dial.fail(reason));
        for (Channel channel : channels) {
            FrameHandler connection = channel.pipeline().get(FrameHandler.class);
            if (connection != null) {
                connection.close(1001, "");
            }
        }
        boolean wait = true;
        for (EventExecutor loop : eventLoops) {
            wait &= !loop.inEventLoop();
        }
        try {
            if (wait) {
                awaitGoodbyes();
            }
            closeClients();
            eventLoops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            if (wait) {
                eventLoops.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            eventLoops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
            Thread.currentThread().interrupt();
        }
    }

    private void closeClients() {
        clientsLock.lock();
        try {
            clients.values().forEach(DefaultAsyncHttpClient::close);
            clients.clear();
        } finally {
            clientsLock.unlock();
        }
    }

    private void awaitGoodbyes() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FrameHandler.CLOSE_LIMIT_MILLIS + 500);
        for (Channel channel : channels) {
            channel.closeFuture().await(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }
}
