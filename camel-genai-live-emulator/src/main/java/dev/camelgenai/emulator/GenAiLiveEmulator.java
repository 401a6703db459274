package dev.camelgenai.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.emulator.internal.cassette.CassetteException;
import dev.camelgenai.emulator.internal.cassette.CassetteReader;
import dev.camelgenai.emulator.internal.cassette.Recorder;
import dev.camelgenai.emulator.internal.cassette.Replay;
import dev.camelgenai.emulator.internal.control.ControlServer;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.server.LiveServer;
import dev.camelgenai.emulator.internal.session.Backend;
import dev.camelgenai.emulator.internal.session.EmulatorSettings;
import dev.camelgenai.emulator.internal.session.EphemeralTokens;
import dev.camelgenai.emulator.internal.session.LiveSession;
import dev.camelgenai.emulator.internal.session.Resumptions;
import dev.camelgenai.emulator.internal.session.SessionRegistry;
import dev.camelgenai.emulator.internal.session.SystemClock;
import dev.camelgenai.emulator.internal.tls.EphemeralCertificates;
import dev.camelgenai.emulator.scenario.InvalidScenarioException;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ScenarioFile;
import dev.camelgenai.emulator.scenario.Scenarios;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;

/**
 * A Live API server in this JVM, over {@code ws} and {@code wss}. Google's own SDKs talk to it unmodified.
 *
 * <pre>{@code
 * try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey("secret").start()) {
 *     connect(emulator.wsUrl());
 *     RecordedSession session = emulator.awaitSessions(1, Duration.ofSeconds(5)).get(0);
 *     session.awaitMessages(1, Duration.ofSeconds(5));
 * }
 * }</pre>
 *
 * <p>Thread-safe. It has event loops of its own, as many as there are processors; {@link #close()} ends them.
 */
public final class GenAiLiveEmulator implements AutoCloseable {

    /** The port that switches a listener off. */
    public static final int OFF = -1;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration RESET_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TLS_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CONTROL_REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final Map<String, String> JAVA_NAMES = Map.of("port", "port", "tls-port", "tlsPort", "control-port",
            "controlPort");
    private static final int CLOSING_HANDSHAKE_SECONDS = 5;
    private static final int ACCEPT_BACKLOG = 4096;
    /** OAuth tokens and proxies make long headers. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final EmulatorSettings settings;
    private final Backend backend;
    private final Optional<EphemeralCertificates> certificates;
    private final Vertx vertx;
    private final Consumer<Faults> armedAtStart;
    private final int wantedControlPort;
    private final AtomicBoolean closed = new AtomicBoolean();
    private OptionalInt port = OptionalInt.empty();
    private OptionalInt tlsPort = OptionalInt.empty();
    private OptionalInt controlPort = OptionalInt.empty();

    private GenAiLiveEmulator(EmulatorSettings settings, long seed, Consumer<Faults> armedAtStart,
            Optional<EmulatorClock> clock, int controlPort, Optional<Recorder> recorder, Optional<Replay> replay) {
        this.settings = settings;
        this.armedAtStart = armedAtStart;
        this.wantedControlPort = controlPort;
        Faults faults = new Faults(seed);
        armedAtStart.accept(faults);
        this.certificates = settings.tlsPort() == OFF
                ? Optional.empty()
                : Optional.of(EphemeralCertificates.create(reachable(settings.host())));
        // no class path resources are served: no cache directory either
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops()).setFileSystemOptions(
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        EmulatorClock time = clock.orElseGet(() -> new SystemClock(vertx));
        this.backend = new Backend(vertx, time, settings, faults,
                new SessionRegistry(settings.recordSessions(), settings.recordBytes()),
                new Resumptions(time), new EphemeralTokens(time), recorder, replay);
    }

    /** Starts to describe an emulator. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The port of {@code ws://}.
     *
     * @throws IllegalStateException if that listener is off
     */
    public int port() {
        return port.orElseThrow(() -> new IllegalStateException("The ws listener is off: port(-1)"));
    }

    /**
     * The port of {@code wss://}.
     *
     * @throws IllegalStateException if that listener is off
     */
    public int tlsPort() {
        return tlsPort.orElseThrow(() -> new IllegalStateException("The wss listener is off: tlsPort(-1)"));
    }

    /** {@code ws://127.0.0.1:PORT}, without a path. */
    public String wsUrl() {
        return "ws://" + authority(port());
    }

    /** {@code wss://127.0.0.1:TLSPORT}, without a path. */
    public String wssUrl() {
        return "wss://" + authority(tlsPort());
    }

    /**
     * The port of the control API.
     *
     * @throws IllegalStateException if it is off
     */
    public int controlPort() {
        return controlPort.orElseThrow(() -> new IllegalStateException("The control API is off; see controlPort(0)"));
    }

    /** {@code http://127.0.0.1:PORT}: {@code GET} it for what the control API can do. */
    public String controlUrl() {
        return "http://" + ControlServer.HOST + ':' + controlPort();
    }

    /** The certificate, as PEM, of the authority that signed the server's; made at start, good for this emulator only. */
    public String caPem() {
        return certificates().authorityPem();
    }

    /**
     * Writes {@link #caPem()} to a file, replacing it.
     *
     * @return the file
     */
    public Path exportCa(Path file) {
        try {
            return Files.writeString(file, caPem());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the CA certificate to " + file, e);
        }
    }

    /** For clients in this JVM: trusts this emulator and nothing else. */
    public SSLContext clientSslContext() {
        return certificates().clientContext();
    }

    /** What {@link #clientSslContext()} trusts, for clients that want to be told, like OkHttp. */
    public X509TrustManager clientTrustManager() {
        return certificates().clientTrust();
    }

    /** Misbehaviour on demand. */
    public Faults faults() {
        return backend.faults();
    }

    /** The time that the emulator lives in. */
    public EmulatorClock clock() {
        return backend.clock();
    }

    /** The sessions in the order of their upgrades, ended ones included; a snapshot. */
    public List<RecordedSession> sessions() {
        return backend.registry().records();
    }

    /**
     * Waits for the first session.
     *
     * @throws AwaitTimeoutException if it does not come in time
     */
    public RecordedSession awaitSession(Duration timeout) {
        return awaitSessions(1, timeout).get(0);
    }

    /**
     * Waits until there have been at least {@code n} upgrades.
     *
     * @return the sessions so far
     * @throws AwaitTimeoutException if they do not come in time
     */
    public List<RecordedSession> awaitSessions(int n, Duration timeout) {
        return backend.registry().awaitRecords(n, timeout);
    }

    /** What has been counted since the start or the last {@link #reset()}. */
    public Counters counters() {
        return backend.registry().counters();
    }

    /**
     * How the replay has gone so far; readable after {@link #close()}, too. What a client has not done is known when it has
     * closed its connection.
     *
     * @throws IllegalStateException if this emulator does not replay
     */
    public ReplayReport replay() {
        return backend.replay().map(Replay::report)
                .orElseThrow(() -> new IllegalStateException("There is no replay: Builder.replay(file) was not called"));
    }

    /**
     * Begins anew, for the next test: drops all connections, waits until they are gone, and forgets records, counters, faults,
     * resumption handles and tokens. The {@link Builder#faults faults of the start} are armed again. A replay begins with its
     * first session again; a recording goes on in its file.
     */
    public void reset() {
        requireOffEventLoop();
        backend.faults().clear();
        backend.registry().open().forEach(session -> session.execute(session::discard));
        backend.registry().awaitAllClosed(RESET_TIMEOUT);
        backend.registry().forget();
        backend.resumptions().clear();
        backend.tokens().clear();
        backend.replay().ifPresent(Replay::rewind);
        armedAtStart.accept(backend.faults());
    }

    /**
     * Closes all connections and listeners and ends all threads. Blocks until that is done; harmless the second time.
     *
     * @throws IllegalStateException if that takes too long, or if a recording is not complete
     */
    @Override
    public void close() {
        requireOffEventLoop();
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        backend.registry().open().forEach(session -> session.execute(session::shutDown));
        // last: until the event loops have ended there may be something to record
        try (Recorder recording = backend.recorder().orElse(null)) {
            await(vertx.close(), STOP_TIMEOUT);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The emulator did not close cleanly: " + e, e);
        }
    }

    /** The address; nothing secret. */
    @Override
    public String toString() {
        return "GenAiLiveEmulator[" + (port.isPresent() ? wsUrl() + ' ' : "") + (tlsPort.isPresent() ? wssUrl() : "") + ']';
    }

    private GenAiLiveEmulator listen() {
        boolean started = false;
        try {
            if (settings.port() != OFF) {
                port = OptionalInt.of(listen("port", settings.port(), -1, options()));
            }
            if (settings.tlsPort() != OFF) {
                tlsPort = OptionalInt.of(listen("tls-port", settings.tlsPort(), -2,
                        options().setSsl(true).setKeyCertOptions(KeyCertOptions.wrap(certificates().serverKeys()))
                                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))));
            }
            if (wantedControlPort != OFF) {
                controlPort = OptionalInt.of(listenForControl());
            }
            // not before the ports are there: a start in vain must not empty a file. What comes meanwhile waits for it
            startRecording();
            started = true;
            return this;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    private void startRecording() {
        if (backend.recorder().isPresent()) {
            try {
                backend.recorder().get().start();
            } catch (IOException e) {
                throw new EmulatorStartException("The emulator cannot start: the recording cannot be written (" + e
                        + "); give record (on the command line --record) a file in a directory that exists and is writable",
                        e);
            }
        }
    }

    /**
     * @param anyPort the negative number by which Vert.x lets several event loops share a port of the system's choice
     */
    private int listen(String option, int wanted, int anyPort, HttpServerOptions options) {
        options.setHost(settings.host()).setPort(wanted == 0 ? anyPort : wanted);
        Queue<LiveServer> servers = new ConcurrentLinkedQueue<>();
        deploy(option, settings.host(), wanted, eventLoops(), () -> {
            LiveServer server = new LiveServer(backend, options);
            servers.add(server);
            return server;
        });
        return servers.element().port();
    }

    private int listenForControl() {
        ControlServer control = new ControlServer(this, wantedControlPort, CONTROL_REQUEST_TIMEOUT);
        deploy("control-port", ControlServer.HOST, wantedControlPort, 1, () -> control);
        return control.port();
    }

    private void deploy(String option, String host, int wanted, int instances, Supplier<Verticle> servers) {
        try {
            await(vertx.deployVerticle(servers, new DeploymentOptions().setInstances(instances)), START_TIMEOUT);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            String why = cause instanceof BindException
                    ? "port " + wanted + " on " + host + " cannot be bound (" + cause.getMessage()
                            + "); end the program that uses it, or choose another with --" + option
                            + ", 0 for any free one (in Java: " + JAVA_NAMES.get(option) + "(0))"
                    : "cannot listen on port " + wanted + " of " + host + ": " + cause;
            throw new EmulatorStartException("The emulator cannot start: " + why, cause);
        }
    }

    private HttpServerOptions options() {
        // half a handshake must not hold a connection for ever
        Duration handshake = settings.setupTimeout().compareTo(TLS_HANDSHAKE_TIMEOUT) < 0
                ? settings.setupTimeout()
                : TLS_HANDSHAKE_TIMEOUT;
        return new HttpServerOptions().setMaxWebSocketFrameSize(LiveSession.MAX_MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(LiveSession.MAX_MESSAGE_BYTES).setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false).setWebSocketClosingTimeout(CLOSING_HANDSHAKE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES).setMaxInitialLineLength(MAX_HEADER_BYTES).setAcceptBacklog(ACCEPT_BACKLOG)
                .setTcpNoDelay(true)
                .setSslHandshakeTimeout(handshake.toMillis()).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ClearTextEnabled(false);
    }

    private EphemeralCertificates certificates() {
        return certificates.orElseThrow(() -> new IllegalStateException("There is no certificate, wss is off: tlsPort(-1)"));
    }

    private String authority(int itsPort) {
        String host = reachable(settings.host());
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + itsPort;
    }

    /** Where a client on this machine finds what listens on {@code host}. */
    private static String reachable(String host) {
        return "0.0.0.0".equals(host) || "::".equals(host) ? "127.0.0.1" : host;
    }

    private static int eventLoops() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    private static void requireOffEventLoop() {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("This would wait for the very event loop that it was called on");
        }
    }

    private static <T> T await(Future<T> future, Duration timeout) throws ExecutionException, TimeoutException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutionException("interrupted", e);
        }
    }

    /** Describes an emulator. Not thread-safe; may start any number of them. */
    public static final class Builder {

        private String host = "127.0.0.1";
        private int port;
        private int tlsPort;
        private int controlPort = OFF;
        private String apiKey;
        private final Set<String> accessTokens = new HashSet<>();
        private final Set<String> ephemeralTokens = new HashSet<>();
        private Predicate<String> models = name -> name.startsWith("gemini-");
        private FrameType frames = FrameType.BINARY;
        private Duration setupTimeout = Duration.ofSeconds(30);
        private Scenario scenario = Scenarios.echo();
        private List<Fault> scenarioFaults = List.of();
        private Consumer<Faults> faults = armed -> {
        };
        private Pacing pacing = Pacing.REALISTIC;
        private int contextWindow = Setup.CONTEXT_WINDOW;
        private int maxSessions = Integer.MAX_VALUE;
        private Duration connectionLifetime;
        private boolean resumptionUsesTokens;
        private EmulatorClock clock;
        private long seed;
        private int recordMessages = 200_000;
        private int recordSessions = 20_000;
        private long recordBytes = Runtime.getRuntime().maxMemory() / 4;
        private Path recordFile;
        private Path replayFile;
        private double replaySpeed = Double.POSITIVE_INFINITY;
        private boolean replayByPath;
        private final List<String> replayIgnored = new ArrayList<>();

        private Builder() {
        }

        /** The name or address to listen on; default {@code 127.0.0.1}. */
        public Builder host(String name) {
            host = requireText(name, "host");
            return this;
        }

        /** The port for {@code ws}: 0, the default, for any free one, {@value GenAiLiveEmulator#OFF} for none. */
        public Builder port(int number) {
            port = requirePort(number);
            return this;
        }

        /** The port for {@code wss}: 0, the default, for any free one, {@value GenAiLiveEmulator#OFF} for none. */
        public Builder tlsPort(int number) {
            tlsPort = requirePort(number);
            return this;
        }

        /**
         * The port of the control API, an HTTP server on {@code 127.0.0.1}, whatever the {@link #host} is:
         * {@value GenAiLiveEmulator#OFF}, the default, for none, 0 for any free one. Whoever has an account on this machine can
         * use it.
         */
        public Builder controlPort(int number) {
            controlPort = requirePort(number);
            return this;
        }

        /** The only API key to accept. Without one any key, and no key, will do. */
        public Builder apiKey(String key) {
            apiKey = requireText(key, "apiKey");
            return this;
        }

        /** An OAuth token to accept, one of several; without one any token will do. */
        public Builder accessToken(String token) {
            accessTokens.add(requireText(token, "accessToken"));
            return this;
        }

        /**
         * An ephemeral token ({@code auth_tokens/...}) to accept, one of several, besides those that this emulator mints. Without
         * one, and without an {@link #apiKey}, any token will do.
         */
        public Builder ephemeralToken(String token) {
            ephemeralTokens.add(requireText(token, "ephemeralToken"));
            return this;
        }

        /** Which models exist, by their names without any prefix; by default all that begin with {@code gemini-}. */
        public Builder models(Predicate<String> known) {
            models = Objects.requireNonNull(known, "models");
            return this;
        }

        /** The models that exist, by their names without any prefix. */
        public Builder models(String... names) {
            return models(Set.of(names)::contains);
        }

        /** The frame type of server messages; default {@link FrameType#BINARY}, as the service does. */
        public Builder frames(FrameType type) {
            frames = Objects.requireNonNull(type, "frames");
            return this;
        }

        /**
         * How long a client may take: from its connection to its upgrade, which else is answered with HTTP 408, and from there
         * to its setup; default 30 s.
         */
        public Builder setupTimeout(Duration timeout) {
            if (timeout.toMillis() < 1) {
                throw new IllegalArgumentException("setupTimeout must be at least a millisecond");
            }
            setupTimeout = timeout;
            return this;
        }

        /** How the model answers; default {@link Scenarios#echo()}. */
        public Builder scenario(Scenario answers) {
            scenario = Objects.requireNonNull(answers, "scenario");
            return this;
        }

        /**
         * How the model answers: the name of one of {@link Scenarios#names()}, or the path of a {@link #scenarioFile file} that
         * ends in {@code .yaml} or {@code .yml}.
         *
         * @throws InvalidScenarioException if there is none, or the file is not right
         */
        public Builder scenario(String nameOrFile) {
            return ScenarioFile.isFile(nameOrFile)
                    ? scenarioFile(Path.of(nameOrFile))
                    : scenario(Scenarios.named(nameOrFile));
        }

        /**
         * How the model answers, and what else a {@link ScenarioFile} says. Its settings replace those made before; what is set
         * after it wins. Its models exist besides the others, its faults are armed before those of {@link #faults}.
         *
         * @throws InvalidScenarioException if the file is not right
         * @throws IllegalArgumentException if one of its faults is not
         */
        public Builder scenarioFile(Path file) {
            ScenarioFile read = ScenarioFile.read(file);
            try {
                scenarioFaults = read.faults().stream().map(Fault::parse).toList();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ", faults: " + e.getMessage(), e);
            }
            ScenarioFile.Settings settings = read.settings();
            pacing = new Pacing(settings.generationSpeed().orElse(pacing.generationSpeed()),
                    settings.awaitPlayback().orElse(pacing.awaitPlayback()));
            settings.maxSessions().ifPresent(this::maxSessions);
            settings.connectionLifetime().ifPresent(this::connectionLifetime);
            if (!settings.models().isEmpty()) {
                models(models.or(Set.copyOf(settings.models())::contains));
            }
            return scenario(read.scenario());
        }

        /**
         * How fast the model speaks; default {@link Pacing#REALISTIC}. With {@link Pacing#IMMEDIATE} tests of what is said, and
         * not when, are faster.
         */
        public Builder pacing(Pacing speech) {
            pacing = Objects.requireNonNull(speech, "pacing");
            return this;
        }

        /** How many tokens a conversation may have before it is refused with 1007; default 131,072. */
        public Builder contextWindow(int tokens) {
            contextWindow = requirePositive(tokens, "contextWindow");
            return this;
        }

        /**
         * How many sessions may be open at once; no limit by default. More are refused, with HTTP 429 on Vertex AI and with a
         * close 1011 on the Developer API.
         */
        public Builder maxSessions(int sessions) {
            maxSessions = requirePositive(sessions, "maxSessions");
            return this;
        }

        /**
         * When a connection ends, counted from its setup; by default never, the service's is about 10 minutes. {@code goAway}
         * comes 60 s before, or at half of a time that is shorter than two minutes.
         */
        public Builder connectionLifetime(Duration lifetime) {
            if (lifetime.toMillis() < 1) {
                throw new IllegalArgumentException("connectionLifetime must be at least a millisecond");
            }
            connectionLifetime = lifetime;
            return this;
        }

        /**
         * Whether the resumption of a session counts as a use of the ephemeral token that it shows. The sources disagree: the
         * service's documentation says no, which is the default; users have seen it refused.
         */
        public Builder resumptionUsesTokens(boolean counts) {
            resumptionUsesTokens = counts;
            return this;
        }

        /** The time that the emulator lives in; by default the system's. */
        public Builder clock(EmulatorClock time) {
            clock = Objects.requireNonNull(time, "clock");
            return this;
        }

        /** Decides which of the faults with a probability happen; default 0. */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /** Faults that are armed from the start, and again after every {@link GenAiLiveEmulator#reset()}. */
        public Builder faults(Consumer<Faults> arming) {
            faults = Objects.requireNonNull(arming, "faults");
            return this;
        }

        /** How many messages of a session are kept, default 200,000; those beyond are only counted. */
        public Builder recordMessages(int max) {
            recordMessages = requirePositive(max, "recordMessages");
            return this;
        }

        /** How many sessions are kept, the last ones, default 20,000. */
        public Builder recordSessions(int max) {
            recordSessions = requirePositive(max, "recordSessions");
            return this;
        }

        /**
         * How much memory the kept messages of all sessions may take together, in bytes, roughly; default a quarter of the heap.
         * When it is full, the oldest sessions that have ended are forgotten; if none have, messages are only counted.
         */
        public Builder recordBytes(long max) {
            if (max < 1) {
                throw new IllegalArgumentException("recordBytes must be at least 1");
            }
            recordBytes = max;
            return this;
        }

        /**
         * Records all sessions to a cassette, a file of JSON lines, for {@link #replay}. An existing file is replaced. What is
         * said is in it word for word, credentials are not. Clients that are turned away are not recorded. A recording that
         * cannot keep up with its sessions, or that runs out of disk, ends there, logs it, and makes
         * {@link GenAiLiveEmulator#close()} fail.
         */
        public Builder record(Path file) {
            recordFile = Objects.requireNonNull(file, "record");
            return this;
        }

        /**
         * Answers from a cassette that was recorded with {@link #record}, in place of the scenario: the first client gets the
         * first recorded session, and so on; more clients are refused. Credentials are checked as usual; faults happen at the
         * upgrade only.
         *
         * <p>The messages of the server are sent as soon as the messages of the client that they followed have come. Those are
         * compared with the recorded ones, as JSON, whichever the spelling of the names; the first difference closes the
         * session with 1008 and is in {@link RecordedSession#serverCloseDetail()}, in the log and in
         * {@link GenAiLiveEmulator#replay()}.
         *
         * <p>The file is read into memory at the start.
         */
        public Builder replay(Path file) {
            replayFile = Objects.requireNonNull(file, "replay");
            return this;
        }

        /**
         * How fast the messages of the server follow in a replay, by the clock of the emulator: 1 as recorded, 10 ten times as
         * fast; infinity, the default, at once.
         */
        public Builder replaySpeed(double factor) {
            if (!(factor > 0)) {
                throw new IllegalArgumentException("replaySpeed must be more than 0, not " + factor);
            }
            replaySpeed = factor;
            return this;
        }

        /**
         * Whether a client gets the next recorded session of its own service, version and method, and not just the next one, in
         * a replay; for clients of several kinds that connect in any order. Default false.
         */
        public Builder replayByPath(boolean byPath) {
            replayByPath = byPath;
            return this;
        }

        /**
         * What may differ in a replay, in all messages of clients: a time of day in a text, for instance.
         *
         * @param paths such as {@code setup.systemInstruction.parts[0].text}, with {@code [*]} for any index
         */
        public Builder replayIgnoring(String... paths) {
            replayIgnored.addAll(List.of(paths));
            return this;
        }

        /**
         * Starts an emulator and blocks until it listens.
         *
         * @throws EmulatorStartException if it cannot
         */
        public GenAiLiveEmulator start() {
            if (port == OFF && tlsPort == OFF) {
                throw new IllegalStateException("With both listeners off there is nothing to start");
            }
            EmulatorSettings settings = new EmulatorSettings(host, port, tlsPort, Optional.ofNullable(apiKey),
                    Set.copyOf(accessTokens), Set.copyOf(ephemeralTokens), models, frames, setupTimeout, scenario,
                    pacing, contextWindow, maxSessions, Optional.ofNullable(connectionLifetime), resumptionUsesTokens,
                    recordMessages, recordSessions, recordBytes);
            List<Fault> first = scenarioFaults;
            Consumer<Faults> then = faults;
            Consumer<Faults> arming = armed -> {
                first.forEach(armed::arm);
                then.accept(armed);
            };
            return new GenAiLiveEmulator(settings, seed, arming, Optional.ofNullable(clock), controlPort,
                    Optional.ofNullable(recordFile).map(Recorder::new), replayed()).listen();
        }

        private Optional<Replay> replayed() {
            if (replayFile == null) {
                return Optional.empty();
            }
            if (recordFile != null) {
                throw new IllegalStateException("Either record or replay: what is replayed is recorded already");
            }
            try {
                return Optional.of(new Replay(CassetteReader.read(replayFile), replaySpeed, replayByPath, replayIgnored));
            } catch (CassetteException e) {
                throw new EmulatorStartException("The emulator cannot start: the cassette " + e.getMessage(), e);
            }
        }

        private static int requirePort(int number) {
            if (number < OFF || number > 65_535) {
                throw new IllegalArgumentException("A port is 0 to 65535, or -1 for off, not " + number);
            }
            return number;
        }

        private static int requirePositive(int number, String name) {
            if (number < 1) {
                throw new IllegalArgumentException(name + " must be at least 1");
            }
            return number;
        }

        private static String requireText(String value, String name) {
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException(name + " must not be blank");
            }
            return value;
        }
    }
}
