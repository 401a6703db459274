package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.Blob;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Modality;
import com.google.genai.types.Part;
import com.google.genai.types.Transcription;
import com.google.genai.types.UsageMetadata;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Google's own Java SDK, unmodified, over wss as it insists, and what it writes to its log: often all it tells. */
final class GoogleJavaSdk implements AutoCloseable {

    static final String MODEL = "gemini-live-test";
    static final String KEY = "secret";
    static final String ACCESS_TOKEN = "ya29.x";
    static final LiveConnectConfig TEXT = LiveConnectConfig.builder().responseModalities(Modality.Known.TEXT).build();

    private static final long SECONDS = 20;
    /** Sessions that the SDK has forgotten keep their place in OkHttp's dispatcher. */
    private static final int MAX_SESSIONS = 1000;
    // held, because a logger that nobody holds forgets its handlers
    private static final Logger SDK_LOG = Logger.getLogger("com.google.genai");

    private final GenAiLiveEmulator emulator;
    private final OkHttpClient http;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final Handler logHandler = new LogQueue();

    GoogleJavaSdk(GenAiLiveEmulator emulator) {
        this.emulator = emulator;
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(MAX_SESSIONS);
        http = new OkHttpClient.Builder().dispatcher(dispatcher)
                .sslSocketFactory(emulator.clientSslContext().getSocketFactory(), emulator.clientTrustManager()).build();
        SDK_LOG.setUseParentHandlers(false);
        SDK_LOG.addHandler(logHandler);
    }

    /** The emulator that knows the credentials of these clients, and wastes no time. */
    static GenAiLiveEmulator.Builder emulator() {
        return GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey(KEY).accessToken(ACCESS_TOKEN);
    }

    String baseUrl() {
        return "https://127.0.0.1:" + emulator.tlsPort();
    }

    Client client(EmulatedService service) {
        return client(service, options -> {
        });
    }

    Client client(EmulatedService service, Consumer<HttpOptions.Builder> options) {
        return service == EmulatedService.VERTEX_AI
                ? client(Client.builder().vertexAI(true).project("p1").location("us-central1").credentials(credentials()),
                        options)
                : client(Client.builder().apiKey(KEY), options);
    }

    Client client(Client.Builder builder, Consumer<HttpOptions.Builder> options) {
        HttpOptions.Builder its = HttpOptions.builder().baseUrl(baseUrl());
        options.accept(its);
        return builder.clientOptions(ClientOptions.builder().customHttpClient(http).build()).httpOptions(its.build()).build();
    }

    static GoogleCredentials credentials() {
        return GoogleCredentials.create(new AccessToken(ACCESS_TOKEN, new Date(Long.MAX_VALUE)));
    }

    Session connect(EmulatedService service, LiveConnectConfig config) {
        return connect(client(service), MODEL, config);
    }

    Session connect(Client client, String model, LiveConnectConfig config) {
        Session session = new Session();
        // receiving begins on the SDK's reading thread, before it reads on: nothing is lost
        session.sdk = get(client.async.live.connect(model, config).thenApply(opened -> {
            opened.receive(session.received::add);
            return opened;
        }));
        List<RecordedSession> sessions = emulator.sessions();
        session.recorded = sessions.get(sessions.size() - 1);
        return session;
    }

    /** Waits for a line in the SDK's log. */
    String awaitLog(Predicate<String> wanted) {
        List<String> others = new ArrayList<>();
        for (String line = poll(log); line != null; line = poll(log)) {
            if (wanted.test(line)) {
                return line;
            }
            others.add(line);
        }
        throw new AssertionError("The SDK has not logged it, only " + others);
    }

    /** Waits until the SDK has noticed that the server closes, which it never answers. */
    RecordedClose awaitServerClose(RecordedSession session) {
        // it logs the answer to its own close as well
        awaitLog(line -> line.startsWith("Live session closing with code: ") && !line.endsWith("Client closing"));
        return session.serverClose().orElseThrow();
    }

    void forgetLog() {
        log.clear();
    }

    @Override
    public void close() {
        SDK_LOG.removeHandler(logHandler);
        SDK_LOG.setUseParentHandlers(true);
        http.dispatcher().cancelAll();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the SDK", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("The SDK failed: " + e, e);
        }
    }

    private static <T> T poll(BlockingQueue<T> queue) {
        try {
            return queue.poll(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the SDK", e);
        }
    }

    static Content content(String role, String... texts) {
        List<Part> parts = new ArrayList<>();
        for (String text : texts) {
            parts.add(Part.fromText(text));
        }
        return Content.builder().role(role).parts(parts).build();
    }

    static Blob blob(String mimeType, byte... data) {
        return Blob.builder().mimeType(mimeType).data(data).build();
    }

    /** One session, from both sides. */
    static final class Session {

        private final BlockingQueue<LiveServerMessage> received = new LinkedBlockingQueue<>();
        private AsyncSession sdk;
        private RecordedSession recorded;
        private long sent;

        AsyncSession sdk() {
            return sdk;
        }

        RecordedSession recorded() {
            return recorded;
        }

        LiveServerMessage next() {
            LiveServerMessage message = poll(received);
            assertThat(message).as("a message of the server").isNotNull();
            return message;
        }

        /** The next message that has it. */
        <T> T next(Function<LiveServerMessage, Optional<T>> wanted) {
            Optional<T> its;
            do {
                its = wanted.apply(next());
            } while (its.isEmpty());
            return its.get();
        }

        /** The messages up to and with the one that completes the turn. */
        Turn turn() {
            List<LiveServerMessage> messages = new ArrayList<>();
            do {
                messages.add(next());
            } while (!content(messages.get(messages.size() - 1), LiveServerContent::turnComplete).orElse(false));
            return new Turn(messages);
        }

        /** A complete turn of the user. */
        Session say(String text) {
            return send(LiveSendClientContentParameters.builder().turns(List.of(GoogleJavaSdk.content("user", text)))
                    .turnComplete(true).build());
        }

        Session send(LiveSendClientContentParameters parameters) {
            get(sdk.sendClientContent(parameters));
            sent++;
            return this;
        }

        Session send(LiveSendRealtimeInputParameters parameters) {
            get(sdk.sendRealtimeInput(parameters));
            sent++;
            return this;
        }

        Session answer(FunctionResponse... responses) {
            get(sdk.sendToolResponse(
                    LiveSendToolResponseParameters.builder().functionResponses(List.of(responses)).build()));
            sent++;
            return this;
        }

        Session startActivity() {
            return send(LiveSendRealtimeInputParameters.builder().activityStart(ActivityStart.builder().build()).build());
        }

        Session endActivity() {
            return send(LiveSendRealtimeInputParameters.builder().activityEnd(ActivityEnd.builder().build()).build());
        }

        Session speak(byte[] pcm, int rate) {
            return send(LiveSendRealtimeInputParameters.builder().audio(blob("audio/pcm;rate=" + rate, pcm)).build());
        }

        /** Whether the session lives on after all that was sent. */
        boolean isHealthy() {
            recorded.awaitMessages(sent, TestClient.TIMEOUT);
            return recorded.ping().orTimeout(SECONDS, TimeUnit.SECONDS).handle((time, e) -> e == null).join();
        }

        void close() {
            get(sdk.close());
        }
    }

    static <T> Optional<T> content(LiveServerMessage message, Function<LiveServerContent, Optional<T>> field) {
        return message.serverContent().flatMap(field);
    }

    /** What a model has said, up to and with {@code turnComplete}. */
    record Turn(List<LiveServerMessage> messages) {

        private List<Part> parts() {
            return messages.stream().flatMap(message -> content(message, LiveServerContent::modelTurn).stream())
                    .flatMap(content -> content.parts().orElse(List.of()).stream()).toList();
        }

        String text() {
            return text(part -> !part.thought().orElse(false));
        }

        String thoughts() {
            return text(part -> part.thought().orElse(false));
        }

        private String text(Predicate<Part> which) {
            StringBuilder text = new StringBuilder();
            parts().stream().filter(which).forEach(part -> part.text().ifPresent(text::append));
            return text.toString();
        }

        byte[] audio() {
            ByteArrayOutputStream pcm = new ByteArrayOutputStream();
            parts().forEach(part -> part.inlineData().flatMap(Blob::data).ifPresent(pcm::writeBytes));
            return pcm.toByteArray();
        }

        String heard() {
            return transcript(LiveServerContent::inputTranscription);
        }

        String spoken() {
            return transcript(LiveServerContent::outputTranscription);
        }

        private String transcript(Function<LiveServerContent, Optional<Transcription>> which) {
            StringBuilder text = new StringBuilder();
            messages.forEach(message -> content(message, which).flatMap(Transcription::text).ifPresent(text::append));
            return text.toString();
        }

        /** Whether one of the messages has that flag. */
        boolean has(Function<LiveServerContent, Optional<Boolean>> flag) {
            return messages.stream().anyMatch(message -> content(message, flag).orElse(false));
        }

        LiveServerMessage last() {
            return messages.get(messages.size() - 1);
        }

        UsageMetadata usage() {
            return last().usageMetadata().orElseThrow();
        }
    }

    private final class LogQueue extends Handler {

        @Override
        public void publish(LogRecord line) {
            String message = line.getParameters() == null
                    ? line.getMessage()
                    : new MessageFormat(line.getMessage(), Locale.ROOT).format(line.getParameters());
            log.add(line.getThrown() == null ? message : message + ": " + line.getThrown());
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
