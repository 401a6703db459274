package dev.camelgenai.quarkus.live.deployment;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import dev.camelgenai.live.LiveEvents;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.media.G711;
import dev.camelgenai.live.session.LiveTurn;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.ExtensionSslNativeSupportBuildItem;
import io.quarkus.deployment.builditem.GeneratedResourceBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ExcludeConfigBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourceBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.RuntimeInitializedClassBuildItem;
import io.quarkus.deployment.pkg.steps.NativeOrNativeSourcesBuild;

/** What a native image has to be told. Camel Quarkus itself sees to the classes that Camel finds by their names. */
@BuildSteps(onlyIf = NativeOrNativeSourcesBuild.class)
class GenAiLiveNativeProcessor {

    /** The JDK's readers of WAV files and its converters of samples, which it finds as services of its modules. */
    private static final String JDK_SOUND = "com.sun.media.sound.";
    private static final List<String> WAV_READERS = Stream
            .of("WaveFileReader", "WaveFloatFileReader", "WaveExtensibleFileReader").map(JDK_SOUND::concat).toList();
    private static final List<String> SAMPLE_CONVERTERS = Stream
            .of("PCMtoPCMCodec", "AudioFloatFormatConverter", "UlawCodec", "AlawCodec").map(JDK_SOUND::concat).toList();

    @BuildStep
    ExtensionSslNativeSupportBuildItem tls() {
        return new ExtensionSslNativeSupportBuildItem(GenAiLiveProcessor.FEATURE);
    }

    /** Jackson goes through the methods of types, builders and, for enumerations of the protocol, constructors. */
    @BuildStep
    ReflectiveClassBuildItem protocolTypes() {
        return ReflectiveClassBuildItem
                .builder(ProtocolTypes.in(Thread.currentThread().getContextClassLoader()).toArray(String[]::new))
                .constructors().methods()
                .reason("JSON of the Live API").build();
    }

    /**
     * The SDK's own configuration was recorded while its tests ran: all of its types, test frameworks, test classes. Google's
     * libraries for credentials bring theirs, which stays.
     */
    @BuildStep
    ExcludeConfigBuildItem configurationOfTheSdk() {
        return new ExcludeConfigBuildItem("com\\.google\\.genai\\.google-genai",
                "/META-INF/native-image/com\\.google\\.genai/.*");
    }

    /** Classes that routes name ({@code bean}, {@code onException}) or ask for properties ({@code simple}). */
    @BuildStep
    void classesOfRoutes(CombinedIndexBuildItem index, BuildProducer<ReflectiveClassBuildItem> reflective) {
        reflective.produce(ReflectiveClassBuildItem.builder(LiveTurn.class, LiveEvents.class, G711.class,
                GenAiLiveException.class).methods().build());
        reflective.produce(ReflectiveClassBuildItem.builder(index.getIndex().getAllKnownSubclasses(GenAiLiveException.class)
                .stream().map(exception -> exception.name().toString()).toArray(String[]::new)).methods().build());
    }

    /** Where the protocol names a field otherwise than the SDK does. */
    @BuildStep
    ReflectiveClassBuildItem mixIns() {
        String mapper = "dev.camelgenai.live.protocol.LiveJson$";
        return ReflectiveClassBuildItem.builder(mapper + "VertexUsageNames", mapper + "WireVoiceActivityNames").methods()
                .build();
    }

    @BuildStep
    void httpClient(BuildProducer<NativeImageResourceBuildItem> resources,
            BuildProducer<RuntimeInitializedClassBuildItem> atRunTime) {
        resources.produce(new NativeImageResourceBuildItem("org/asynchttpclient/config/ahc-default.properties",
                "org/asynchttpclient/config/ahc-version.properties"));
        // has a random generator
        atRunTime.produce(new RuntimeInitializedClassBuildItem("org.asynchttpclient.ntlm.NtlmEngine"));
        // the first has an executor of Netty's, which Quarkus makes at run time, and the others inherit from it
        Stream.of("RequestBuilderBase", "RequestBuilder", "BoundRequestBuilder").map("org.asynchttpclient."::concat)
                .forEach(name -> atRunTime.produce(new RuntimeInitializedClassBuildItem(name)));
    }

    /** In an image services are found by files only, also those that the JDK declares in its modules. */
    @BuildStep
    void sound(BuildProducer<GeneratedResourceBuildItem> generated, BuildProducer<NativeImageResourceBuildItem> resources,
            BuildProducer<ReflectiveClassBuildItem> reflective) {
        service("javax.sound.sampled.spi.AudioFileReader", WAV_READERS, generated, resources, reflective);
        service("javax.sound.sampled.spi.FormatConversionProvider", SAMPLE_CONVERTERS, generated, resources, reflective);
    }

    private static void service(String service, List<String> providers, BuildProducer<GeneratedResourceBuildItem> generated,
            BuildProducer<NativeImageResourceBuildItem> resources, BuildProducer<ReflectiveClassBuildItem> reflective) {
        String file = "META-INF/services/" + service;
        generated.produce(new GeneratedResourceBuildItem(file, String.join("\n", providers).getBytes(StandardCharsets.UTF_8)));
        resources.produce(new NativeImageResourceBuildItem(file));
        reflective.produce(ReflectiveClassBuildItem.builder(providers.toArray(String[]::new)).constructors().build());
    }
}
