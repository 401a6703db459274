package dev.camelgenai.emulator.internal.control;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/**
 * Serves the {@link ControlApi} to this machine. A connection serves one request and has a deadline; actions run on worker
 * threads, and no more than {@value #MAX_AT_ONCE} at once.
 */
public final class ControlServer extends AbstractVerticle {

    /** Where it listens; nowhere else. */
    public static final String HOST = "127.0.0.1";

    /** Server messages of tests may be large. */
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private static final Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int MAX_AT_ONCE = 16;

    private final ControlApi api;
    private final int wantedPort;
    private final Duration timeout;
    private final Map<HttpConnection, Long> deadlines = new HashMap<>();
    private HttpServer server;
    private int running;

    /**
     * @param timeout how long a request may take to arrive
     */
    public ControlServer(GenAiLiveEmulator emulator, int port, Duration timeout) {
        this.api = new ControlApi(emulator);
        this.wantedPort = port;
        this.timeout = timeout;
    }

    @Override
    public void start(Promise<Void> started) {
        server = vertx.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(wantedPort)
                .setHttp2ClearTextEnabled(false).setHandle100ContinueAutomatically(true))
                .connectionHandler(this::onConnection).requestHandler(this::onRequest);
        server.listen().<Void>mapEmpty().onComplete(started);
    }

    /** The port that is listened to, once started. */
    public int port() {
        return server.actualPort();
    }

    private void onConnection(HttpConnection connection) {
        deadline(connection, connection::close);
        connection.closeHandler(v -> cancelDeadline(connection));
    }

    private void onRequest(HttpServerRequest request) {
        deadline(request.connection(),
                () -> answer(request, Answer.error(408, "The request did not arrive within " + timeout.toSeconds() + " s")));
        BrowserGuard.refusal(request).ifPresentOrElse(why -> {
            LOG.log(Level.WARNING, "A request to the control API was refused: {0}", why);
            answer(request, Answer.error(403, why));
        }, () -> read(request));
    }

    private void read(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        // what is too much is read and forgotten: who is still sending does not hear the answer
        request.handler(chunk -> {
            if (body.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(chunk);
            }
        });
        request.exceptionHandler(e -> LOG.log(Level.DEBUG, "A request to the control API broke off: {0}", e.toString()));
        request.endHandler(v -> {
            cancelDeadline(request.connection());
            if (request.response().ended()) {
                return;
            }
            if (body.length() > MAX_BODY_BYTES) {
                answer(request, Answer.error(413, "A body has up to " + MAX_BODY_BYTES + " bytes"));
            } else if (running == MAX_AT_ONCE) {
                answer(request, Answer.error(503, MAX_AT_ONCE + " requests are being worked on; come again"));
            } else {
                handle(request, body.getBytes());
            }
        });
    }

    private void handle(HttpServerRequest request, byte[] body) {
        String method = request.method().name();
        String path;
        Map<String, List<String>> query;
        try {
            QueryStringDecoder uri = new QueryStringDecoder(request.uri());
            path = uri.path();
            query = uri.parameters();
        } catch (IllegalArgumentException e) {
            answer(request, Answer.error(400, "The address is not well-formed: " + e.getMessage()));
            return;
        }
        running++;
        vertx.executeBlocking(() -> api.handle(method, path, query, body), false).onComplete(done -> {
            running--;
            if (done.failed()) {
                LOG.log(Level.ERROR, "The control API failed", done.cause());
            }
            answer(request, done.succeeded() ? done.result() : Answer.error(500, "It failed, see the log: " + done.cause()));
        });
    }

    private void answer(HttpServerRequest request, Answer answer) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        // for those who do not read their answer
        deadline(request.connection(), () -> request.connection().close());
        request.response().setStatusCode(answer.status()).putHeader("Content-Type", answer.contentType())
                .putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Connection", "close").end(answer.body()).onComplete(sent -> request.connection().close());
    }

    private void deadline(HttpConnection connection, Runnable action) {
        cancelDeadline(connection);
        deadlines.put(connection, vertx.setTimer(timeout.toMillis(), id -> {
            deadlines.remove(connection);
            action.run();
        }));
    }

    private void cancelDeadline(HttpConnection connection) {
        Long timer = deadlines.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
