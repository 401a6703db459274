package dev.camelgenai.emulator.scenario.assistant;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** An application that embeds the emulator may be a native executable: it has only what these files name. */
class NativeImageMetadataTest {

    private static final String DIRECTORY = "/META-INF/native-image/dev.camelgenai/camel-genai-live-emulator/";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void namesEachRecordThatJacksonBuilds() throws IOException {
        Set<String> built = new TreeSet<>();
        collectRecords(Language.Content.class, built);

        Set<String> named = new TreeSet<>();
        for (JsonNode entry : read("reflect-config.json")) {
            named.add(entry.path("name").textValue());
            assertThat(List.of("allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields", "allRecordComponents"))
                    .allMatch(member -> entry.path(member).booleanValue());
        }

        assertThat(built).hasSizeGreaterThan(1);
        assertThat(named).isEqualTo(built);
    }

    private static void collectRecords(Type type, Set<String> found) {
        if (type instanceof ParameterizedType parameterized) {
            for (Type argument : parameterized.getActualTypeArguments()) {
                collectRecords(argument, found);
            }
        } else if (type instanceof Class<?> each && each.isRecord() && found.add(each.getName())) {
            for (RecordComponent component : each.getRecordComponents()) {
                collectRecords(component.getGenericType(), found);
            }
        }
    }

    @Test
    void includesEachResource() throws IOException {
        List<Pattern> patterns = new ArrayList<>();
        read("resource-config.json").path("resources").path("includes")
                .forEach(include -> patterns.add(Pattern.compile(include.path("pattern").textValue())));
        Path root = Path.of("src", "main", "resources");
        List<String> resources;
        try (Stream<Path> files = Files.walk(root.resolve("dev"))) {
            resources = files.filter(Files::isRegularFile).map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .toList();
        }

        assertThat(resources).isNotEmpty().allMatch(
                resource -> patterns.stream().anyMatch(pattern -> pattern.matcher(resource).matches()));
    }

    private static JsonNode read(String file) throws IOException {
        try (InputStream in = NativeImageMetadataTest.class.getResourceAsStream(DIRECTORY + file)) {
            return MAPPER.readTree(in);
        }
    }
}
