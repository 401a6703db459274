package dev.camelgenai.emulator;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.GoogleError;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** One event loop's share of a listener: decides about upgrades. */
final class LiveServer extends AbstractVerticle {

    private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(false, true);

    private final EmulatorSettings settings;
    private final HttpServerOptions options;
    private final Faults faults;
    private final SessionRegistry registry;
    private final ResumptionHandles handles;
    private HttpServer server;

    LiveServer(EmulatorSettings settings, HttpServerOptions options, Faults faults, SessionRegistry registry,
            ResumptionHandles handles) {
        this.settings = settings;
        this.options = options;
        this.faults = faults;
        this.registry = registry;
        this.handles = handles;
    }

    @Override
    public void start(Promise<Void> started) {
        server = vertx.createHttpServer(options).connectionHandler(connection -> {
            registry.socketOpened();
            if (ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID) {
                // who hunts leaks in a client wants the traces of its buffers; ours would make a second of it a minute
                ((ConnectionBase) connection).channel().config().setAllocator(UNTRACKED);
            }
            connection.closeHandler(v -> registry.socketClosed());
        }).requestHandler(this::onRequest);
        server.listen().<Void>mapEmpty().onComplete(started);
    }

    /** The port that is listened to, once started. */
    int port() {
        return server.actualPort();
    }

    private void onRequest(HttpServerRequest request) {
        Optional<Misbehaviour.Refuse> fault = faults.atConnect();
        if (fault.isPresent()) {
            refuse(request, fault.get().status(), fault.get().message());
            return;
        }
        Optional<UpgradePath> path = UpgradePath.parse(request.path());
        if (path.isEmpty()) {
            refuse(request, 404, "Requested entity was not found.");
            return;
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            refuse(request, 426, "This method is a WebSocket.");
            return;
        }
        Map<String, List<String>> query = new QueryStringDecoder(request.uri()).parameters();
        Credential credential = Credential.read(request::getHeader,
                name -> query.getOrDefault(name, List.of()).stream().findFirst().orElse(null));
        boolean accepted = settings.accepts(credential);
        if (!accepted && path.get().service() == EmulatedService.VERTEX_AI) {
            refuseCredential(request, credential);
            return;
        }
        upgrade(request, path.get(), credential, accepted);
    }

    private void upgrade(HttpServerRequest request, UpgradePath path, Credential credential, boolean accepted) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        LiveSession session = new LiveSession(vertx, settings, faults, registry, handles, path, request.path(),
                headers(request), credential);
        request.toWebSocket().onSuccess(socket -> {
            session.opened(socket, channel);
            if (!accepted) {
                registry.refused();
                session.close(1007, "API key not valid. Please pass a valid API key.",
                        "the credential (" + credential.form() + ") is not the configured one");
            }
        }).onFailure(e -> registry.refused());
    }

    private void refuseCredential(HttpServerRequest request, Credential credential) {
        if (credential.form() == CredentialForm.NONE) {
            refuse(request, 401, "Request is missing required authentication credential. Expected OAuth 2 access token, "
                    + "login cookie or other valid authentication credential.");
        } else {
            refuse(request, 403, "The caller does not have permission");
        }
    }

    private void refuse(HttpServerRequest request, int status, String message) {
        registry.refused();
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
