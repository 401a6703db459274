package dev.camelgenai.quarkus.live.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import javax.sound.sampled.spi.AudioFileReader;
import javax.sound.sampled.spi.FormatConversionProvider;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.google.genai.types.AuthToken;
import com.google.genai.types.CreateAuthTokenConfig;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.LiveEvents;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.session.LiveTurn;
import io.quarkus.test.ProdBuildResults;
import io.quarkus.test.ProdModeTestResults;
import io.quarkus.test.QuarkusProdModeTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What a native image of an application would be built from. */
class NativeSourcesTest {

    private static final String SDK = "com.google.genai.";

    @RegisterExtension
    static final QuarkusProdModeTest APPLICATION = new QuarkusProdModeTest()
            .withApplicationRoot(jar -> jar.addClass(EchoRoutes.class))
            .overrideConfigKey("quarkus.native.enabled", "true")
            .overrideConfigKey("quarkus.native.sources-only", "true")
            .overrideConfigKey("quarkus.package.jar.enabled", "true");

    @ProdBuildResults
    ProdModeTestResults built;

    private Path sources;

    @BeforeEach
    void find() throws IOException {
        try (Stream<Path> files = Files.walk(built.getBuildDir())) {
            sources = files.filter(file -> file.endsWith("native-sources")).findFirst().orElseThrow();
        }
    }

    private static Path jar(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().contains(name)).findFirst().orElseThrow();
        }
    }

    private static String text(JarFile jar, String entry) throws IOException {
        try (InputStream content = jar.getInputStream(jar.getEntry(entry))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Set<String> registered(String prefix) throws IOException {
        try (JarFile runner = new JarFile(jar(sources, "-runner.jar").toFile())) {
            JsonNode classes = new ObjectMapper().readTree(text(runner, "META-INF/native-image/reflect-config.json"));
            return StreamSupport.stream(classes.spliterator(), false).map(entry -> entry.get("name").textValue())
                    .filter(name -> name.startsWith(prefix)).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** By another way than the extension: from the classes that run rather than from their bytes. */
    private static Set<String> carriedByTheProtocol() throws ClassNotFoundException {
        Set<Class<?>> seen = new HashSet<>();
        for (Class<?> root : new Class<?>[]{ LiveServerMessage.class, LiveSendClientContentParameters.class,
            LiveSendRealtimeInputParameters.class, LiveSendToolResponseParameters.class, LiveConnectConfig.class,
            GenerateContentConfig.class, CreateAuthTokenConfig.class, AuthToken.class }) {
            collect(root, seen);
        }
        Set<String> names = new TreeSet<>();
        for (Class<?> type : seen) {
            names.add(type.getName());
            JsonDeserialize built = type.getAnnotation(JsonDeserialize.class);
            if (built != null) {
                names.add(built.builder().getName());
                names.add(Class.forName(type.getPackageName() + ".AutoValue_" + type.getSimpleName()).getName());
            }
        }
        return names;
    }

    private static void collect(Type type, Set<Class<?>> seen) {
        if (type instanceof ParameterizedType generic) {
            collect(generic.getRawType(), seen);
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, seen));
        } else if (type instanceof WildcardType wildcard) {
            Arrays.stream(wildcard.getUpperBounds()).forEach(bound -> collect(bound, seen));
        } else if (type instanceof GenericArrayType array) {
            collect(array.getGenericComponentType(), seen);
        } else if (type instanceof Class<?> plain && plain.isArray()) {
            collect(plain.getComponentType(), seen);
        } else if (type instanceof Class<?> plain && plain.getName().startsWith(SDK + "types.") && seen.add(plain)) {
            properties(plain).forEach(property -> collect(property.getGenericReturnType(), seen));
            JsonDeserialize built = plain.getAnnotation(JsonDeserialize.class);
            if (built != null) {
                properties(built.builder()).flatMap(setter -> Arrays.stream(setter.getGenericParameterTypes()))
                        .forEach(value -> collect(value, seen));
            }
        }
    }

    private static Stream<Method> properties(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter((AnnotatedElement method) -> method.isAnnotationPresent(JsonProperty.class));
    }

    @Test
    void theTypesThatTheProtocolCanCarryAreRegisteredAndNoOthers() throws Exception {
        assertThat(registered(SDK)).isEqualTo(carriedByTheProtocol()).hasSizeBetween(300, 600);
    }

    /** It names every type of the SDK, and Mockito's and JUnit's. */
    @Test
    void theConfigurationInTheJarOfTheSdkIsLeftAside() throws IOException {
        List<String> arguments = List.of(Files.readString(sources.resolve("native-image.args")).split("\\s+"));
        Path jar = jar(sources.resolve("lib"), "google-genai-");
        List<Pattern> excluded = IntStream.range(0, arguments.size() - 2)
                .filter(i -> arguments.get(i).equals("--exclude-config")
                        && Pattern.compile(arguments.get(i + 1)).matcher(jar.toString()).find())
                .mapToObj(i -> Pattern.compile(arguments.get(i + 2))).toList();

        try (JarFile sdk = new JarFile(jar.toFile())) {
            assertThat(sdk.stream().map(entry -> "/" + entry.getName()).filter(name -> name.endsWith(".json")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(excluded).anyMatch(pattern -> pattern.matcher(name).matches()));
        }
    }

    @Test
    void theWavReadersAndConvertersOfTheJdkAreFoundAsServices() throws IOException {
        try (JarFile runner = new JarFile(jar(sources, "-runner.jar").toFile())) {
            for (Class<?> service : List.of(AudioFileReader.class, FormatConversionProvider.class)) {
                String file = "META-INF/services/" + service.getName();
                List<String> providers = text(runner, file).lines().toList();

                assertThat(ServiceLoader.load(service).stream().map(provider -> provider.type().getName()).toList())
                        .containsAll(providers);
                assertThat(registered("com.sun.media.sound.")).containsAll(providers);
                assertThat(text(runner, "META-INF/native-image/resource-config.json")).contains(file);
            }
        }
    }

    @Test
    void whatTheComponentFindsByNameIsRegistered() throws IOException {
        assertThat(registered("dev.camelgenai.live.")).contains(LiveTurn.class.getName(), LiveEvents.class.getName(),
                LiveQueueFullException.class.getName(), GenAiLiveComponent.class.getName(),
                "dev.camelgenai.live.LiveWavTransformer", "dev.camelgenai.live.LiveCloudEventTransformer",
                "dev.camelgenai.live.GenAiLiveEndpointConfigurer", "dev.camelgenai.live.GenAiLiveSendDynamicAware",
                "dev.camelgenai.live.protocol.LiveJson$VertexUsageNames",
                "dev.camelgenai.live.protocol.LiveJson$WireVoiceActivityNames");
        try (JarFile runner = new JarFile(jar(sources, "-runner.jar").toFile())) {
            assertThat(text(runner, "META-INF/native-image/resource-config.json")).contains("ahc-default.properties",
                    "ahc-version.properties");
        }
    }
}
