package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.AudioTranscriptionConfig;
import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.GoogleSearch;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.Modality;
import com.google.genai.types.Part;
import com.google.genai.types.PrebuiltVoiceConfig;
import com.google.genai.types.SafetySetting;
import com.google.genai.types.SessionResumptionConfig;
import com.google.genai.types.SpeechConfig;
import com.google.genai.types.Tool;
import com.google.genai.types.VideoMetadata;
import com.google.genai.types.VoiceConfig;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.FieldSamples.Sample;
import dev.camelgenai.live.protocol.GoogleSdk.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import okhttp3.mockwebserver.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what we write with what Google's Java SDK sends for the same input, tree against tree, refusals included. The
 * inputs are found by reflection, so that a new version of the SDK brings its new fields along.
 */
class SdkParityTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern SDK_REFUSAL = Pattern
            .compile("(\\w+) parameter is only supported in (Gemini Enterprise Agent Platform|Gemini Developer API) mode.*");

    private static GoogleSdk sdk;
    private static KnownDifferences known;
    private static final Map<LiveService, Client> CLIENTS = new EnumMap<>(LiveService.class);
    private static final Map<LiveService, LiveEndpoint> ENDPOINTS = Map.of(
            LiveService.DEVELOPER_API, LiveEndpoint.developerApi(),
            LiveService.VERTEX_AI, LiveEndpoint.vertexAi(GoogleSdk.PROJECT, GoogleSdk.LOCATION));

    /** Differences that are not on the list. */
    private final List<String> surprises = new ArrayList<>();

    @BeforeAll
    static void startServer() throws IOException {
        sdk = new GoogleSdk();
        known = KnownDifferences.load();
        CLIENTS.put(LiveService.DEVELOPER_API, sdk.developerApi(GoogleSdk.KEY));
        CLIENTS.put(LiveService.VERTEX_AI, sdk.vertexAi());
    }

    /** Runs after all tests of the class, so it counts only when all of them ran. */
    @AfterAll
    static void everyKnownDifferenceStillExists() throws IOException {
        sdk.close();
        assertThat(known.stale()).as("known differences that no case shows any more").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldOfTheSetupIsSentOrRefusedAsByTheSdk(LiveService service, TestReporter report) throws Exception {
        // given
        List<Sample<LiveConnectConfig>> samples = FieldSamples.of(LiveConnectConfig.class);

        // when
        for (Sample<LiveConnectConfig> sample : samples) {
            compareSetup(service, sample.path(), sample.value());
        }

        // then
        report.publishEntry("setup fields compared on " + service, String.valueOf(samples.size()));
        assertThat(surprises).isEmpty();
        assertThat(topFields(samples)).hasSize(FieldSamples.getters(LiveConnectConfig.class).size());
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldOfTheMessagesIsSentOrRefusedAsByTheSdk(LiveService service, TestReporter report) throws Exception {
        // given
        Map<String, ClientMessage> messages = new LinkedHashMap<>();
        collect(messages, LiveSendClientContentParameters.class, ClientMessage.ClientContent::new);
        collect(messages, LiveSendRealtimeInputParameters.class, ClientMessage.RealtimeInput::new);
        collect(messages, LiveSendToolResponseParameters.class, ClientMessage.ToolResponse::new);

        // when
        AsyncSession session = sdk.session(CLIENTS.get(service));
        for (Map.Entry<String, ClientMessage> message : messages.entrySet()) {
            compareMessage(service, session, message.getKey(), message.getValue());
        }
        session.close();

        // then
        report.publishEntry("message fields compared on " + service, String.valueOf(messages.size()));
        assertThat(surprises).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void setupsAsPeopleWriteThemAreTheSame(LiveService service) throws Exception {
        // given
        Map<String, LiveConnectConfig> configs = new LinkedHashMap<>();
        configs.put("empty", LiveConnectConfig.builder().build());
        configs.put("voice agent", voiceAgent());
        configs.put("explicitVadSignal=false", LiveConnectConfig.builder().explicitVadSignal(false).build());
        configs.put("transparent=false", LiveConnectConfig.builder()
                .sessionResumption(SessionResumptionConfig.builder().handle("h").transparent(false)).build());
        configs.put("empty safety setting",
                LiveConnectConfig.builder().safetySettings(SafetySetting.builder().build()).build());
        configs.put("empty lists", LiveConnectConfig.builder().tools(List.of())
                .systemInstruction(Content.builder().parts(List.of()).build()).responseModalities(List.<Modality>of()).build());
        configs.put("empty excludeDomains", LiveConnectConfig.builder()
                .tools(Tool.builder().googleSearch(GoogleSearch.builder().excludeDomains(List.of()))).build());
        configs.put("httpOptions", LiveConnectConfig.builder().httpOptions(HttpOptions.builder().build()).build());
        configs.put("tools with Java methods", LiveConnectConfig.builder().tools(Tool.builder()
                .functions(method()).functionDeclarations(FunctionDeclaration.builder().name("declared"))).build());

        // when
        for (Map.Entry<String, LiveConnectConfig> config : configs.entrySet()) {
            compareSetup(service, config.getKey(), config.getValue());
        }

        // then
        assertThat(surprises).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void messagesAsPeopleWriteThemAreTheSame(LiveService service) throws Exception {
        // given
        Map<String, ClientMessage> messages = new LinkedHashMap<>();
        messages.put("clientContent empty", new ClientMessage.ClientContent(LiveSendClientContentParameters.builder().build()));
        messages.put("clientContent question", new ClientMessage.ClientContent(LiveSendClientContentParameters.builder()
                .turns(List.of(Content.fromParts(Part.fromText("Gr\u00fc\u00dfe \"\\\n\u0001 \ud83d\ude00")),
                        Content.builder().role("model").parts(List.of(Part.fromBytes(new byte[]{ 1 }, "image/png"))).build()))
                .turnComplete(false).build()));
        messages.put("clientContent fractional duration", new ClientMessage.ClientContent(LiveSendClientContentParameters
                .builder()
                .turns(List.of(Content.fromParts(Part.builder()
                        .videoMetadata(VideoMetadata.builder().startOffset(Duration.ofMillis(1500))).build())))
                .build()));
        for (int length : new int[]{ 0, 1, 2, 3, 640, 12_287, 12_288, 12_289, 24_576, 100_000 }) {
            messages.put("realtimeInput audio of " + length + " bytes",
                    realtime(input -> input.audio(blob("audio/pcm", length))));
        }
        messages.put("realtimeInput empty", realtime(input -> {
        }));
        messages.put("realtimeInput all at once", realtime(input -> input.audio(blob("audio/pcm;rate=16000", 5))
                .video(blob("image/jpeg", 4)).media(blob("audio/opus", 3)).text("hello").audioStreamEnd(true)
                .activityStart(ActivityStart.builder())
                .activityEnd(ActivityEnd.builder())));
        messages.put("realtimeInput audioStreamEnd=false", realtime(input -> input.audioStreamEnd(false)));
        messages.put("realtimeInput text to escape",
                realtime(input -> input.text("\"quoted\" \\ \u0000\u001f\u007f \u2028 \ud83d\ude00")));
        messages.put("realtimeInput mime type to escape", realtime(input -> input.audio(blob("audio/\"x\\\u00e9\"", 1))));
        messages.put("realtimeInput audio with the type of an image", realtime(input -> input.audio(blob("image/png", 1))));
        messages.put("realtimeInput video with the type of a film", realtime(input -> input.video(blob("video/mp4", 1))));
        messages.put("realtimeInput audio without type",
                realtime(input -> input.audio(Blob.builder().data(new byte[1]).build())));
        messages.put("realtimeInput image named on the way", realtime(
                input -> input.video(Blob.builder().data(new byte[1]).mimeType("image/png").displayName("n").build())));
        messages.put("toolResponse empty", new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder().build()));
        messages.put("toolResponse a function response without id",
                new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                        .functionResponses(FunctionResponse.builder().name("f").response(Map.of("output", 1)).build())
                        .build()));

        // when
        AsyncSession session = sdk.session(CLIENTS.get(service));
        for (Map.Entry<String, ClientMessage> message : messages.entrySet()) {
            compareMessage(service, session, message.getKey(), message.getValue());
        }
        session.close();

        // then
        assertThat(surprises).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void modelNamesAreTheSame(LiveService service) throws Exception {
        // given
        List<String> models = List.of("gemini-3.8-live", "models/m", "tunedModels/t", "publishers/google/models/m",
                "google/m", "a/b/c", "projects/p/locations/l/publishers/google/models/m", "", "a..b", "a?b", "a&b");

        for (String model : models) {
            // when
            Outcome theirs = sdk.setup(CLIENTS.get(service), model, LiveConnectConfig.builder().build());
            Outcome ours = ourSetup(ENDPOINTS.get(service), model, LiveConnectConfig.builder().build());

            // then
            compare("setup", "model " + model, service, theirs, ours);
        }
        assertThat(surprises).isEmpty();
    }

    @Test
    void pathCredentialAndModelAreTheSameForEveryKindOfAccess() throws Exception {
        String url = sdk.baseUrl();
        LiveEndpoint developer = LiveEndpoint.developerApi().withBaseUrl(url);
        LiveEndpoint vertex = LiveEndpoint.vertexAi(GoogleSdk.PROJECT, GoogleSdk.LOCATION).withBaseUrl(url);
        LiveEndpoint express = LiveEndpoint.vertexAi(null, null).withBaseUrl(url);
        LiveEndpoint proxy = LiveEndpoint.vertexAi(null, null).withBaseUrl(url + "/proxy/exactly");

        compareUpgrade(sdk.developerApi(GoogleSdk.KEY), developer, LiveCredentials.apiKey(GoogleSdk.KEY));
        compareUpgrade(sdk.developerApi(GoogleSdk.TOKEN), developer.withApiVersion("v1beta"),
                LiveCredentials.apiKey(GoogleSdk.TOKEN));
        compareUpgrade(sdk.vertexAi(), vertex, LiveCredentials.google(GoogleSdk.credentials()));
        compareUpgrade(sdk.vertexExpress(), express, LiveCredentials.apiKey(GoogleSdk.KEY));
        compareUpgrade(sdk.vertexProxy(), proxy, LiveCredentials.none());
    }

    @Test
    void addressesAreTheSameForEveryPlace() throws Exception {
        LiveCredentials key = LiveCredentials.apiKey(GoogleSdk.KEY);
        LiveCredentials oauth = LiveCredentials.google(GoogleSdk.credentials());

        // given Google's own hosts
        compareUri("Developer API", LiveEndpoint.developerApi(), key, client -> client.apiKey(GoogleSdk.KEY));
        compareUri("Developer API v1alpha", LiveEndpoint.developerApi().withApiVersion("v1alpha"), key,
                client -> client.apiKey(GoogleSdk.KEY).httpOptions(HttpOptions.builder().apiVersion("v1alpha").build()));
        compareUri("ephemeral token without apiVersion", LiveEndpoint.developerApi(), LiveCredentials.apiKey(GoogleSdk.TOKEN),
                client -> client.apiKey(GoogleSdk.TOKEN));
        for (String location : List.of("us-central1", "europe-west4", "us", "eu", "global")) {
            compareUri(location, LiveEndpoint.vertexAi("p", location), oauth, client -> client.vertexAI(true).project("p")
                    .location(location).credentials(GoogleSdk.credentials()));
        }
        compareUri("express", LiveEndpoint.vertexAi(null, null), key,
                client -> client.vertexAI(true).apiKey(GoogleSdk.KEY));

        // and other hosts
        for (String url : List.of("https://proxy.test", "https://proxy.test:8443/a/b", "wss://proxy.test/a")) {
            compareUri(url, LiveEndpoint.developerApi().withBaseUrl(url), key,
                    client -> client.apiKey(GoogleSdk.KEY).httpOptions(HttpOptions.builder().baseUrl(url).build()));
            compareUri("Vertex " + url, LiveEndpoint.vertexAi("p", "l").withBaseUrl(url), oauth,
                    client -> client.vertexAI(true).project("p").location("l").credentials(GoogleSdk.credentials())
                            .httpOptions(HttpOptions.builder().baseUrl(url).build()));
            compareUri("Vertex proxy " + url, LiveEndpoint.vertexAi(null, null).withBaseUrl(url), LiveCredentials.none(),
                    client -> client.vertexAI(true).httpOptions(HttpOptions.builder().baseUrl(url).build()));
        }
        compareUri("base URL with a slash at its end", LiveEndpoint.developerApi().withBaseUrl("https://proxy.test/"), key,
                client -> client.apiKey(GoogleSdk.KEY)
                        .httpOptions(HttpOptions.builder().baseUrl("https://proxy.test/").build()));

        assertThat(surprises).isEmpty();
    }

    private void compareUri(String name, LiveEndpoint endpoint, LiveCredentials credentials, Consumer<Client.Builder> options)
            throws Exception {
        Client.Builder client = Client.builder().vertexAI(false);
        options.accept(client);
        URI theirs = GoogleSdk.uri(client.build());
        URI ours = endpoint.uri(credentials);
        if (!ours.equals(theirs) && !known.isKnown("uri", name, endpoint.service())) {
            surprises.add(name + ": SDK " + theirs + ", we " + ours);
        }
    }

    private void compareUpgrade(Client client, LiveEndpoint endpoint, LiveCredentials credentials) throws Exception {
        // given no request of another test
        while (sdk.hasUpgrade()) {
            sdk.nextUpgrade();
        }

        // when
        Outcome theirs = sdk.setup(client, "m", voiceAgent());
        RecordedRequest request = sdk.nextUpgrade();

        // then
        assertThat(endpoint.uri(credentials).getPath()).isEqualTo(request.getPath());
        Map<String, String> headers = credentials.headers(Runnable::run).toCompletableFuture().get();
        for (String header : List.of("x-goog-api-key", "Authorization", "x-goog-user-project")) {
            assertThat(headers.get(header)).as(header).isEqualTo(request.getHeader(header));
        }
        compare("setup", "voice agent", endpoint.service(), theirs, ourSetup(endpoint, "m", voiceAgent()));
        assertThat(surprises).isEmpty();
    }

    private void compareSetup(LiveService service, String path, LiveConnectConfig config) throws Exception {
        compare("setup", path, service, sdk.setup(CLIENTS.get(service), "m", config),
                ourSetup(ENDPOINTS.get(service), "m", config));
    }

    private void compareMessage(LiveService service, AsyncSession session, String name, ClientMessage message)
            throws Exception {
        String subject = name.substring(0, name.indexOf(' '));
        Outcome theirs = sdk.send(session, message);
        if (theirs.json() instanceof ObjectNode sent && sent.has("realtime_input")) {
            known.isKnown(subject, "root field name", service);
            sent.set("realtimeInput", sent.remove("realtime_input"));
        }
        compare(subject, name.substring(subject.length() + 1), service, theirs,
                ours(out -> new ClientMessageEncoder(service).encode(message, out)));
    }

    private static Outcome ourSetup(LiveEndpoint endpoint, String model, LiveConnectConfig config) throws IOException {
        return ours(out -> new SetupEncoder(endpoint.service()).encode(LiveModelName.of(model, endpoint), config, null, out));
    }

    private static Outcome ours(Consumer<ByteBuf> encoder) throws IOException {
        ByteBuf out = Unpooled.buffer();
        try {
            encoder.accept(out);
            return Outcome.sent(MAPPER.readTree(out.toString(StandardCharsets.UTF_8)));
        } catch (GenAiLiveException e) {
            assertThat(e.isRetriable()).isFalse();
            return Outcome.refused(e);
        } finally {
            out.release();
        }
    }

    private void compare(String subject, String path, LiveService service, Outcome theirs, Outcome ours) {
        boolean same = theirs.refusal() == null
                ? theirs.json().equals(ours.json())
                : ours.refusal() != null && saysTheSame(theirs.refusal(), ours.refusal());
        if (!same && !known.isKnown(subject, path, service)) {
            surprises.add(subject + " " + path + " on " + service + "\n  SDK " + theirs + "\n  we  " + ours);
        }
    }

    /** Which field, and which service takes it. */
    private static boolean saysTheSame(String theirs, String ours) {
        Matcher refusal = SDK_REFUSAL.matcher(theirs);
        if (!refusal.matches()) {
            return true;
        }
        boolean developer = refusal.group(2).equals("Gemini Developer API");
        return ours
                .contains(refusal.group(1) + " is only supported on " + (developer ? "the Gemini Developer API" : "Vertex AI"));
    }

    private static <T> void collect(Map<String, ClientMessage> messages, Class<T> type, Function<T, ClientMessage> wrap) {
        for (Sample<T> sample : FieldSamples.of(type)) {
            ClientMessage message = wrap.apply(sample.value());
            String kind = message.getClass().getSimpleName();
            messages.put(kind.substring(0, 1).toLowerCase() + kind.substring(1) + " " + sample.path(), message);
        }
    }

    private static TreeSet<String> topFields(List<? extends Sample<?>> samples) {
        TreeSet<String> names = new TreeSet<>();
        samples.forEach(sample -> names.add(sample.path().split("[.\\[{]")[0]));
        return names;
    }

    private static ClientMessage realtime(Consumer<LiveSendRealtimeInputParameters.Builder> fields) {
        LiveSendRealtimeInputParameters.Builder builder = LiveSendRealtimeInputParameters.builder();
        fields.accept(builder);
        return new ClientMessage.RealtimeInput(builder.build());
    }

    private static Blob blob(String mimeType, int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return Blob.builder().mimeType(mimeType).data(data).build();
    }

    private static LiveConnectConfig voiceAgent() {
        return LiveConnectConfig.builder()
                .responseModalities(List.of(new Modality(Modality.Known.AUDIO)))
                .temperature(0.3f).topK(3f).seed(7)
                .speechConfig(SpeechConfig.builder().languageCode("de-DE").voiceConfig(VoiceConfig.builder()
                        .prebuiltVoiceConfig(PrebuiltVoiceConfig.builder().voiceName("Kore"))))
                .systemInstruction(Content.fromParts(Part.fromText("Be brief.")))
                .tools(Tool.builder().functionDeclarations(FunctionDeclaration.builder().name("f")),
                        Tool.builder().googleSearch(GoogleSearch.builder()))
                .sessionResumption(SessionResumptionConfig.builder())
                .inputAudioTranscription(AudioTranscriptionConfig.builder())
                .build();
    }

    private static Method method() throws NoSuchMethodException {
        return SdkParityTest.class.getDeclaredMethod("orderStatus", String.class);
    }

    /** A tool. */
    public static String orderStatus(String id) {
        return id;
    }
}
