package dev.camelgenai.live;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Modality;
import com.google.genai.types.ProactivityConfig;
import com.google.genai.types.ThinkingConfig;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A setup that its model would not take is told of when the route starts, once, and sent as it is. */
class ModelFamilyWarningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NOT_FOR_38 = "&responseModalities=TEXT&config={\"proactivity\":{\"proactiveAudio\":false}}";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    private final CamelContext context = new DefaultCamelContext();
    private LoggedWarnings warnings;

    @BeforeEach
    void prepare() {
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("the-key");
        options.setReconnect(false);
        options.setSetupTimeout(500);
        warnings = new LoggedWarnings();
    }

    @AfterEach
    void stop() {
        warnings.close();
        context.stop();
    }

    private void start(String... uris) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < uris.length; i++) {
                    from("direct:" + i).to(uris[i]);
                }
            }
        });
        context.start();
    }

    private Exchange open() {
        return context.createProducerTemplate().send("direct:0", exchange -> {
        });
    }

    @Test
    void oneWarningPerGroupNamesGroupModelOptionsAndFixes() throws Exception {
        // given two endpoints of a group, and another group
        String one = "genai-live:gemini-3.8-live?sessionGroup=one" + NOT_FOR_38;

        // when
        start(one, "genai-live:gemini-3.8-live?sessionGroup=one&response=turn",
                "genai-live:gemini-3.8-live?sessionGroup=fine&temperature=0.5");

        // then
        assertThat(warnings.texts()).singleElement().asString().contains("group one").contains("gemini-3.8-live")
                .contains("responseModalities=TEXT").contains("outputTranscription=true").contains("proactiveAudio=false")
                .doesNotContain("the-key");
    }

    @Test
    void aModelThatIsNotKnownIsLeftAlone() throws Exception {
        start("genai-live:gemini-9-live?sessionGroup=one&operation=openSession" + NOT_FOR_38);

        assertThat(open().getException()).isNull();
        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void theSetupIsSentAsItIs() throws Exception {
        start("genai-live:gemini-3.8-live?sessionGroup=one&operation=openSession" + NOT_FOR_38);

        assertThat(open().getException()).isInstanceOf(GenAiLiveException.class);
        assertThat(EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitSetup(PATIENCE).toString())
                .contains("\"responseModalities\":[\"TEXT\"]").contains("\"proactiveAudio\":false");
    }

    static Stream<Arguments> modelsAndSetups() {
        Map<String, LiveConnectConfig.Builder> setups = new LinkedHashMap<>();
        setups.put("plain", LiveConnectConfig.builder());
        setups.put("TEXT", LiveConnectConfig.builder().responseModalities(new Modality(Modality.Known.TEXT)));
        setups.put("thinking", LiveConnectConfig.builder().thinkingConfig(ThinkingConfig.builder().thinkingBudget(1)));
        setups.put("affective", LiveConnectConfig.builder().enableAffectiveDialog(true));
        setups.put("reactive", LiveConnectConfig.builder().proactivity(ProactivityConfig.builder().proactiveAudio(false)));
        setups.put("proactive", LiveConnectConfig.builder().proactivity(ProactivityConfig.builder().proactiveAudio(true)));
        return Stream.of("gemini-3.8-live", "gemini-3.8-live-extended-thinking", "gemini-3.1-flash-live-preview",
                "gemini-2.5-flash-native-audio-preview-12-2025")
                .flatMap(model -> setups.entrySet().stream()
                        .map(setup -> Arguments.of(model, setup.getKey(), setup.getValue().build())));
    }

    /** The emulator keeps a table of its own, so that one checks the other. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("modelsAndSetups")
    void whoeverIsWarnedIsRefusedAndNobodyElseIs(String model, String name, LiveConnectConfig setup) throws Exception {
        context.getRegistry().bind("setup", setup);
        start("genai-live:" + model + "?operation=openSession&config=#setup");

        boolean refused = open().getException() != null;

        assertThat(refused).isEqualTo(!warnings.texts().isEmpty());
        assertThat(name.equals("plain") && refused).as("a plain setup suits all").isFalse();
    }
}
