package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DynamicTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What became of each field of a type of an SDK, on both services, compared with a file that tells what is expected: the path of
 * the field, and indented below it the outcome.
 *
 * @param expected the file
 * @param actual   where to write what came out, so that it can be checked and taken over
 */
record SurfaceTable(Path expected, Path actual) {

    /** What an outcome is called when nothing has changed on the way. */
    static final String SAME = "as it is";

    /**
     * @param path  of the field in the type
     * @param value of the type, with that field set and little else
     */
    record Leaf<T>(String path, T value) {

        /** The field of the type itself that it belongs to. */
        String field() {
            return path.split("[.=\\[{]")[0];
        }
    }

    /**
     * A test for each field of the type: the leaves below it, each with what came of it.
     *
     * @param outcome begins something and tells later what came of it, so that many can be under way
     */
    <T> Stream<DynamicTest> tests(List<Leaf<T>> leaves, BiFunction<EmulatedService, Leaf<T>, Supplier<String>> outcome)
            throws IOException {
        Map<String, List<Leaf<T>>> fields = leaves.stream()
                .collect(Collectors.groupingBy(Leaf::field, LinkedHashMap::new, Collectors.toList()));
        Map<String, String> wanted = Files.exists(expected) ? read(expected) : Map.of();
        Map<String, String> came = new LinkedHashMap<>();
        Stream<DynamicTest> each = fields.entrySet().stream().map(field -> DynamicTest.dynamicTest(field.getKey(), () -> {
            List<Supplier<String>> rows = field.getValue().stream().map(leaf -> row(leaf, outcome)).toList();
            String its = rows.stream().map(Supplier::get).collect(Collectors.joining());
            came.put(field.getKey(), its);
            assertThat(its).isEqualTo(wanted.get(field.getKey()));
        }));
        DynamicTest all = DynamicTest.dynamicTest("all fields and no other", () -> {
            Files.createDirectories(actual.getParent());
            Files.writeString(actual, String.join("", came.values()));
            assertThat(came.keySet()).as("If the SDK has changed, check and take over %s", actual)
                    .containsExactlyElementsOf(wanted.keySet());
        });
        return Stream.concat(each, Stream.of(all));
    }

    /** The leaves of {@code made}, with their values where they are none of {@code asked}'s. */
    static String difference(JsonNode asked, JsonNode made) {
        Set<String> values = new LinkedHashSet<>();
        flatten("", asked, (path, value) -> values.add(value.toString()));
        Set<String> leaves = new LinkedHashSet<>();
        flatten("", made, (path, value) -> leaves.add(values.contains(value.toString()) ? path : path + '=' + value));
        return leaves.isEmpty() ? "nothing" : String.join(" ", leaves);
    }

    private static void flatten(String path, JsonNode node, BiConsumer<String, JsonNode> leaf) {
        if (node.isArray() && !node.isEmpty()) {
            node.forEach(item -> flatten(path + "[]", item, leaf));
        } else if (node.isObject() && !node.isEmpty()) {
            node.fields().forEachRemaining(field -> flatten(path.isEmpty() ? field.getKey() : path + '.' + field.getKey(),
                    field.getValue(), leaf));
        } else {
            leaf.accept(path, node);
        }
    }

    private static <T> Supplier<String> row(Leaf<T> leaf, BiFunction<EmulatedService, Leaf<T>, Supplier<String>> outcome) {
        Supplier<String> ofDeveloper = outcome.apply(EmulatedService.DEVELOPER_API, leaf);
        Supplier<String> ofVertex = outcome.apply(EmulatedService.VERTEX_AI, leaf);
        return () -> {
            String developer = ofDeveloper.get();
            String vertex = ofVertex.get();
            return leaf.path() + '\n' + (developer.equals(vertex)
                    ? "    " + developer + '\n'
                    : "    developer: " + developer + "\n    vertex: " + vertex + '\n');
        };
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        String field = "";
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith(" ")) {
                field = new Leaf<>(line, file).field();
            }
            fields.merge(field, line + '\n', String::concat);
        }
        return fields;
    }
}
