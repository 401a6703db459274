package dev.camelgenai.emulator.internal.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.camelgenai.emulator.CredentialForm;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.ServiceRefusal;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.GoogleError;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;
import dev.camelgenai.emulator.internal.session.Backend;
import dev.camelgenai.emulator.internal.session.LiveSession;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** One event loop's share of a listener: decides about upgrades. */
public final class LiveServer extends AbstractVerticle {

    private static final Logger LOG = System.getLogger(LiveServer.class.getName());

    private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(false, true);

    private static final AttributeKey<Long> DEADLINE = AttributeKey.valueOf(LiveServer.class, "deadline");

    private final Backend backend;
    private final HttpServerOptions options;
    private final TokenEndpoint tokens;
    private HttpServer server;

    public LiveServer(Backend backend, HttpServerOptions options) {
        this.backend = backend;
        this.options = options;
        this.tokens = new TokenEndpoint(backend);
    }

    @Override
    public void start(Promise<Void> started) {
        server = vertx.createHttpServer(options).connectionHandler(this::onConnection).requestHandler(this::onRequest);
        server.listen().<Void>mapEmpty().onComplete(started);
    }

    /** The port that is listened to, once started. */
    public int port() {
        return server.actualPort();
    }

    private void onConnection(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        backend.registry().socketOpened();
        if (ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID) {
            // who hunts leaks in a client wants the traces of its buffers; ours would make a second of it a minute
            channel.config().setAllocator(UNTRACKED);
        }
        // whoever sends its request byte by byte must not hold a connection for ever
        long deadline = vertx.setTimer(backend.settings().setupTimeout().toMillis(), id -> channel
                .writeAndFlush(timedOut()).addListener(ChannelFutureListener.CLOSE));
        channel.attr(DEADLINE).set(deadline);
        connection.closeHandler(v -> {
            vertx.cancelTimer(deadline);
            backend.registry().socketClosed();
        });
    }

    private static FullHttpResponse timedOut() {
        String json = new GoogleError(ServiceRefusal.REQUEST_TIMEOUT.status(), ServiceRefusal.REQUEST_TIMEOUT.message()).json();
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_TIMEOUT,
                Unpooled.copiedBuffer(json, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, GoogleError.CONTENT_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    private void onRequest(HttpServerRequest request) {
        Credential credential;
        try {
            credential = credential(request);
        } catch (IllegalArgumentException e) {
            refuse(request, 400, "Request contains an invalid argument: the query cannot be decoded.");
            return;
        }
        String path = request.path() == null ? "" : request.path();
        if (request.method() == HttpMethod.POST && TokenEndpoint.serves(path)) {
            // the deadline stands: a body may come byte by byte, too
            tokens.handle(request, credential);
            return;
        }
        stopDeadline(request);
        Optional<Misbehaviour.Refuse> fault = backend.faults().atConnect();
        if (fault.isPresent()) {
            refuse(request, fault.get().status(), fault.get().message());
            return;
        }
        Optional<UpgradePath> method = UpgradePath.parse(path);
        if (method.isEmpty()) {
            refuse(request, ServiceRefusal.NOT_FOUND);
            return;
        }
        Optional<String> why = whyNoUpgrade(request);
        if (why.isPresent()) {
            refuse(request, 426, "This method is a WebSocket: " + why.get());
            return;
        }
        admit(request, method.get(), credential);
    }

    private void stopDeadline(HttpServerRequest request) {
        vertx.cancelTimer(((ConnectionBase) request.connection()).channel().attr(DEADLINE).get());
    }

    /** What RFC 6455, 4.2.1, wants of an upgrade and this one does not have. */
    private static Optional<String> whyNoUpgrade(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET || request.version() != io.vertx.core.http.HttpVersion.HTTP_1_1) {
            return Optional.of("it begins with GET and HTTP/1.1.");
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaderNames.UPGRADE))
                || !asksForUpgrade(request.headers())) {
            return Optional.of("Upgrade: websocket and Connection: Upgrade are missing.");
        }
        if (!"13".equals(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return Optional.of("Sec-WebSocket-Version is 13.");
        }
        return request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_KEY) == null
                ? Optional.of("Sec-WebSocket-Key is missing.")
                : Optional.empty();
    }

    private static boolean asksForUpgrade(MultiMap headers) {
        return headers.getAll(HttpHeaderNames.CONNECTION).stream().flatMap(value -> Arrays.stream(value.split(",")))
                .anyMatch(token -> HttpHeaderValues.UPGRADE.contentEqualsIgnoreCase(token.strip()));
    }

    private void admit(HttpServerRequest request, UpgradePath path, Credential credential) {
        boolean vertex = path.service() == EmulatedService.VERTEX_AI;
        Optional<String> refusal = whyNotAccepted(path, credential);
        if (refusal.isPresent()) {
            if (vertex) {
                refuse(request, credential.form() == CredentialForm.NONE
                        ? ServiceRefusal.UNAUTHORIZED
                        : ServiceRefusal.FORBIDDEN);
            } else {
                upgradeAndClose(request, path, credential, ServiceClose.API_KEY_NOT_VALID, refusal.get());
            }
            return;
        }
        if (!backend.registry().admit(backend.settings().maxSessions())) {
            if (vertex) {
                refuse(request, ServiceRefusal.TOO_MANY_REQUESTS);
            } else {
                upgradeAndClose(request, path, credential, ServiceClose.RESOURCE_EXHAUSTED,
                        backend.settings().maxSessions() + " sessions are open");
            }
            return;
        }
        upgrade(request, path, credential, true);
    }

    static Credential credential(HttpServerRequest request) {
        Map<String, List<String>> query = new QueryStringDecoder(request.uri()).parameters();
        return Credential.read(request::getHeader,
                name -> query.getOrDefault(name, List.of()).stream().findFirst().orElse(null));
    }

    /** Ephemeral tokens exist on the Developer API only, and there for the one method that is made for them. */
    private Optional<String> whyNotAccepted(UpgradePath path, Credential credential) {
        if (credential.isEphemeral() && !path.constrained()) {
            return Optional.of("an ephemeral token is for BidiGenerateContentConstrained only");
        }
        boolean accepted = backend.settings().accepts(credential)
                || credential.isEphemeral() && backend.tokens().minted(credential.value());
        return accepted
                ? Optional.empty()
                : Optional.of("the credential (" + credential.form() + ") is not the configured one");
    }

    private void upgradeAndClose(HttpServerRequest request, UpgradePath path, Credential credential, ServiceClose close,
            String detail) {
        upgrade(request, path, credential, false).onSuccess(session -> {
            backend.registry().refused();
            session.close(close.code(), close.reason(), detail);
        });
    }

    /**
     * @param hasPlace whether the session has been admitted
     */
    private Future<LiveSession> upgrade(HttpServerRequest request, UpgradePath path, Credential credential,
            boolean hasPlace) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        LiveSession session = new LiveSession(backend, path, request.path(), headers(request), credential, hasPlace);
        return request.toWebSocket().map(socket -> {
            session.opened(socket, channel);
            if (hasPlace) {
                session.admitted();
            }
            return session;
        }).onFailure(e -> {
            LOG.log(Level.DEBUG, "An upgrade failed: {0}", e.toString());
            session.notOpened();
            backend.registry().refused();
        });
    }

    private void refuse(HttpServerRequest request, ServiceRefusal refusal) {
        refuse(request, refusal.status(), refusal.message());
    }

    private void refuse(HttpServerRequest request, int status, String message) {
        backend.registry().refused();
        Future<Void> sent = request.response().setStatusCode(status)
                .putHeader("Content-Type", GoogleError.CONTENT_TYPE)
                .putHeader("Connection", "close").end(new GoogleError(status, message).json());
        sent.onComplete(done -> request.connection().close());
    }

    private static Map<String, List<String>> headers(HttpServerRequest request) {
        return request.headers().entries().stream().collect(Collectors.groupingBy(
                entry -> entry.getKey().toLowerCase(Locale.ROOT), TreeMap::new,
                Collectors.mapping(Map.Entry::getValue, Collectors.toUnmodifiableList())));
    }
}
