package dev.camelgenai.emulator.internal.server;

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
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** One event loop's share of a listener: decides about upgrades. */
public final class LiveServer extends AbstractVerticle {

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
                .writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_TIMEOUT))
                .addListener(ChannelFutureListener.CLOSE));
        channel.attr(DEADLINE).set(deadline);
        connection.closeHandler(v -> {
            vertx.cancelTimer(deadline);
            backend.registry().socketClosed();
        });
    }

    private void onRequest(HttpServerRequest request) {
        vertx.cancelTimer(((ConnectionBase) request.connection()).channel().attr(DEADLINE).get());
        if (request.method() == HttpMethod.POST && TokenEndpoint.serves(request.path())) {
            tokens.handle(request);
            return;
        }
        Optional<Misbehaviour.Refuse> fault = backend.faults().atConnect();
        if (fault.isPresent()) {
            refuse(request, fault.get().status(), fault.get().message());
            return;
        }
        Optional<UpgradePath> path = UpgradePath.parse(request.path());
        if (path.isEmpty()) {
            refuse(request, ServiceRefusal.NOT_FOUND);
            return;
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            refuse(request, 426, "This method is a WebSocket.");
            return;
        }
        boolean vertex = path.get().service() == EmulatedService.VERTEX_AI;
        Credential credential = credential(request);
        if (!accepts(credential)) {
            if (vertex) {
                refuseCredential(request, credential);
            } else {
                upgrade(request, path.get(), credential, Optional.of(ServiceClose.API_KEY_NOT_VALID),
                        "the credential (" + credential.form() + ") is not the configured one");
            }
            return;
        }
        if (backend.registry().openSessions() >= backend.settings().maxSessions()) {
            if (vertex) {
                refuse(request, ServiceRefusal.TOO_MANY_REQUESTS);
            } else {
                upgrade(request, path.get(), credential, Optional.of(ServiceClose.RESOURCE_EXHAUSTED),
                        backend.settings().maxSessions() + " sessions are open");
            }
            return;
        }
        upgrade(request, path.get(), credential, Optional.empty(), "");
    }

    static Credential credential(HttpServerRequest request) {
        Map<String, List<String>> query = new QueryStringDecoder(request.uri()).parameters();
        return Credential.read(request::getHeader,
                name -> query.getOrDefault(name, List.of()).stream().findFirst().orElse(null));
    }

    private boolean accepts(Credential credential) {
        return backend.settings().accepts(credential)
                || credential.isEphemeral() && backend.tokens().minted(credential.value());
    }

    /**
     * @param refusal how the session ends at once, if it does
     */
    private void upgrade(HttpServerRequest request, UpgradePath path, Credential credential, Optional<ServiceClose> refusal,
            String detail) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        LiveSession session = new LiveSession(backend, path, request.path(), headers(request), credential);
        request.toWebSocket().onSuccess(socket -> {
            session.opened(socket, channel);
            refusal.ifPresentOrElse(close -> {
                backend.registry().refused();
                session.close(close.code(), close.reason(), detail);
            }, session::admitted);
        }).onFailure(e -> backend.registry().refused());
    }

    private void refuseCredential(HttpServerRequest request, Credential credential) {
        refuse(request, credential.form() == CredentialForm.NONE ? ServiceRefusal.UNAUTHORIZED : ServiceRefusal.FORBIDDEN);
    }

    private void refuse(HttpServerRequest request, ServiceRefusal refusal) {
        refuse(request, refusal.status(), refusal.message());
    }

    private void refuse(HttpServerRequest request, int status, String message) {
        backend.registry().refused();
        Future<Void> sent = request.response().setStatusCode(status)
                .putHeader("Content-Type", "application/json; charset=UTF-8")
                .putHeader("Connection", "close").end(new GoogleError(status, message).json());
        sent.onComplete(done -> request.connection().close());
    }

    private static Map<String, List<String>> headers(HttpServerRequest request) {
        return request.headers().entries().stream().collect(Collectors.groupingBy(
                entry -> entry.getKey().toLowerCase(Locale.ROOT), TreeMap::new,
                Collectors.mapping(Map.Entry::getValue, Collectors.toUnmodifiableList())));
    }
}
