package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.AsyncLive;
import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.CreateAuthTokenConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.mockwebserver.Dispatcher;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * Google's own Java SDK, unmodified, talking to a server over TLS that writes down what it says. The judge of what goes
 * over the wire.
 */
final class GoogleSdk implements AutoCloseable {

    static final String KEY = "AIza-test-key";
    static final String TOKEN = "auth_tokens/test-token";
    static final String ACCESS_TOKEN = "ya29.test-token";
    static final String PROJECT = "p1";
    static final String LOCATION = "us-central1";

    private static final int SECONDS = 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    // kept, because a logger that nobody holds forgets its level
    private static final Logger SDK_LOG = Logger.getLogger("com.google.genai");

    private final MockWebServer server = new MockWebServer();
    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final OkHttpClient http;
    private int upgradesTaken;

    GoogleSdk() throws IOException {
        SDK_LOG.setLevel(Level.OFF);
        Logger.getLogger(MockWebServer.class.getName()).setLevel(Level.WARNING);
        HeldCertificate certificate = new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
        server.useHttps(
                new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslSocketFactory(), false);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (request.getMethod().equals("POST")) {
                    return new MockResponse().setBody("{\"name\":\"" + TOKEN + "\"}");
                }
                return new MockResponse().withWebSocketUpgrade(new Recorder());
            }
        });
        server.setServerSocketFactory(new PromptServerSockets());
        server.start();
        HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate()).build();
        http = new OkHttpClient.Builder().socketFactory(new PromptSockets())
                .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager()).build();
    }

    /** Without a slash at its end. */
    String baseUrl() {
        return "https://localhost:" + server.getPort();
    }

    Client developerApi(String key) {
        return options(Client.builder().apiKey(key).vertexAI(false), baseUrl()).build();
    }

    Client vertexAi() {
        return options(Client.builder().vertexAI(true).project(PROJECT).location(LOCATION).credentials(credentials()),
                baseUrl())
                .build();
    }

    Client vertexExpress() {
        return options(Client.builder().vertexAI(true).apiKey(KEY), baseUrl()).build();
    }

    Client vertexProxy() {
        return options(Client.builder().vertexAI(true), baseUrl() + "/proxy/exactly").build();
    }

    static GoogleCredentials credentials() {
        return GoogleCredentials.create(new AccessToken(ACCESS_TOKEN, Date.from(Instant.now().plus(1, ChronoUnit.DAYS))))
                .toBuilder().setQuotaProjectId("quota-project").build();
    }

    private Client.Builder options(Client.Builder builder, String url) {
        return builder.httpOptions(HttpOptions.builder().baseUrl(url).build())
                .clientOptions(ClientOptions.builder().customHttpClient(http).build());
    }

    /** Opens a session and closes it. */
    Outcome setup(Client client, String model, LiveConnectConfig config) throws Exception {
        AsyncSession session;
        try {
            session = open(client, model, config);
        } catch (IllegalArgumentException e) {
            return Outcome.refused(e);
        }
        session.close().get(SECONDS, TimeUnit.SECONDS);
        return Outcome.sent(MAPPER.readTree(nextFrame()));
    }

    /** Opens a session whose setup is not of interest. */
    AsyncSession session(Client client) throws Exception {
        AsyncSession session = open(client, "m", LiveConnectConfig.builder().build());
        nextFrame();
        return session;
    }

    private AsyncSession open(Client client, String model, LiveConnectConfig config) throws Exception {
        return client.async.live.connect(model, config).get(SECONDS, TimeUnit.SECONDS);
    }

    Outcome send(AsyncSession session, ClientMessage message) throws Exception {
        try {
            if (message instanceof ClientMessage.ClientContent content) {
                session.sendClientContent(content.parameters()).get(SECONDS, TimeUnit.SECONDS);
            } else if (message instanceof ClientMessage.RealtimeInput input) {
                session.sendRealtimeInput(input.parameters()).get(SECONDS, TimeUnit.SECONDS);
            } else if (message instanceof ClientMessage.ToolResponse response) {
                session.sendToolResponse(response.parameters()).get(SECONDS, TimeUnit.SECONDS);
            }
        } catch (IllegalArgumentException e) {
            return Outcome.refused(e);
        }
        return Outcome.sent(MAPPER.readTree(nextFrame()));
    }

    /** The request that the SDK makes for an ephemeral token. */
    RecordedRequest tokenRequest(Client client, CreateAuthTokenConfig config) throws InterruptedException {
        while (hasUpgrade()) {
            nextUpgrade();
        }
        client.authTokens.create(config);
        return nextUpgrade();
    }

    /** Whether a connection was opened that {@link #nextUpgrade()} has not told about. */
    boolean hasUpgrade() {
        return upgradesTaken < server.getRequestCount();
    }

    /** The upgrade request of the connection opened first since the last call. */
    RecordedRequest nextUpgrade() throws InterruptedException {
        upgradesTaken++;
        return server.takeRequest(SECONDS, TimeUnit.SECONDS);
    }

    /** What the SDK would connect to; nothing is opened, so it works for Google's own hosts. */
    static URI uri(Client client) throws Exception {
        Method method = AsyncLive.class.getDeclaredMethod("getWebSocketUri");
        method.setAccessible(true);
        try {
            return (URI) method.invoke(client.async.live);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private String nextFrame() throws InterruptedException {
        return Optional.ofNullable(frames.poll(SECONDS, TimeUnit.SECONDS))
                .orElseThrow(() -> new IllegalStateException("The SDK sent nothing"));
    }

    @Override
    public void close() throws IOException {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
        server.shutdown();
    }

    /**
     * @param json    the message sent, or {@code null}
     * @param refusal why it was not, or {@code null}
     */
    record Outcome(JsonNode json, String refusal) {

        static Outcome sent(JsonNode json) {
            return new Outcome(json, null);
        }

        static Outcome refused(RuntimeException e) {
            return new Outcome(null, String.valueOf(e.getMessage()));
        }
    }

    /** One connection: answers the setup, writes down everything. */
    private final class Recorder extends WebSocketListener {

        private boolean setUp;

        @Override
        public void onOpen(WebSocket socket, Response response) {
            setUp = false;
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            frames.add(text);
            if (!setUp) {
                setUp = true;
                socket.send("{\"setupComplete\":{}}");
            }
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(1000, null);
        }
    }

    /** Hundreds of connections, each with a few small frames: waiting for acknowledgements would take most of the time. */
    private static final class PromptSockets extends SocketFactory {

        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class PromptServerSockets extends ServerSocketFactory {

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new ServerSocket() {
                @Override
                public Socket accept() throws IOException {
                    Socket socket = super.accept();
                    socket.setTcpNoDelay(true);
                    return socket;
                }
            };
        }

        @Override
        public ServerSocket createServerSocket(int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
            throw new UnsupportedOperationException();
        }
    }
}
