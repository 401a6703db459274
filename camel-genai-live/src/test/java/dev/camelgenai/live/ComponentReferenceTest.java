package dev.camelgenai.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The tables of the component references are those of the catalog; {@link #WRITE} writes them after a change. */
class ComponentReferenceTest {

    private static final String WRITE = "mvn -pl camel-genai-live -am test -Dtest=ComponentReferenceTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dreference.write";
    private static final Path DOCUMENTS = Path.of("..", "docs");
    private static final Path CATALOG = Path.of("src", "generated", "resources", "META-INF", "dev", "camelgenai", "live");
    private static final Pattern REGION = Pattern.compile("(^// generated: (?<what>[^\n]+)\n)(?<text>.*?)(^// end\n)",
            Pattern.MULTILINE | Pattern.DOTALL);
    /** What Camel says of its own options is longer than a table can bear. */
    private static final int LONG = 500;
    private static final int ENOUGH = 300;

    @ParameterizedTest
    @CsvSource({
        "genai-live-component.adoc, genai-live.json",
        "genai-live-tool-component.adoc, tool/genai-live-tool.json"
    })
    void theTablesAreThoseOfTheCatalog(String document, String catalog) throws IOException {
        Path file = DOCUMENTS.resolve(document);
        String written = Files.readString(file);
        Map<String, String> tables = tables(new ObjectMapper().readTree(CATALOG.resolve(catalog).toFile()));
        List<String> regions = REGION.matcher(written).results().map(region -> region.group(2)).toList();

        String expected = REGION.matcher(written).replaceAll(region -> Matcher.quoteReplacement(
                region.group(1) + tables.getOrDefault(region.group(2), "") + region.group(4)));
        if (System.getProperty("reference.write") != null) {
            Files.writeString(file, expected);
        }

        assertThat(regions).as("the tables in " + document).containsExactlyInAnyOrderElementsOf(tables.keySet());
        assertThat(Files.readString(file)).as(document + " is older than the catalog; write its tables with: " + WRITE)
                .isEqualTo(expected);
    }

    /** By what follows {@code generated:} in the document. */
    private static Map<String, String> tables(JsonNode catalog) {
        Map<String, String> tables = new LinkedHashMap<>();
        JsonNode ofEndpoint = catalog.get("properties");
        List<Map.Entry<String, JsonNode>> ofComponentOnly = entries(catalog.get("componentProperties"))
                .stream().filter(option -> !ofEndpoint.has(option.getKey())).toList();
        tables.put("component options", options(ofComponentOnly));
        groups(entries(ofEndpoint)).forEach((group, options) -> tables.put(group + " options", options(options)));
        tables.put("headers", headers(entries(catalog.get("headers"))));
        return tables;
    }

    private static List<Map.Entry<String, JsonNode>> entries(JsonNode object) {
        return new ArrayList<>(object.properties());
    }

    private static Map<String, List<Map.Entry<String, JsonNode>>> groups(List<Map.Entry<String, JsonNode>> options) {
        return options.stream().collect(Collectors.groupingBy(option -> option.getValue().get("group").asText(),
                LinkedHashMap::new, Collectors.toList()));
    }

    private static String options(List<Map.Entry<String, JsonNode>> options) {
        return options.stream().map(option -> "| `%s` | %s | %s | %s\n".formatted(name(option), type(option.getValue()),
                value(option.getValue()), remarks(option.getValue()) + description(option.getValue())))
                .collect(Collectors.joining("",
                        "[cols=\"2,2,1,6\",options=\"header\"]\n|===\n| Name | Type | Default | Description\n\n",
                        "|===\n"));
    }

    private static String headers(List<Map.Entry<String, JsonNode>> headers) {
        return headers.stream()
                .map(header -> "| `%s` | %s | %s | %s\n".formatted(header.getKey(),
                        simpleName(header.getValue().get("javaType").asText()),
                        header.getValue().get("group").asText(), description(header.getValue())))
                .collect(Collectors.joining("",
                        "[cols=\"3,1,1,6\",options=\"header\"]\n|===\n| Name | Type | For | Description\n\n",
                        "|===\n"));
    }

    private static String name(Map.Entry<String, JsonNode> option) {
        String prefix = option.getValue().path("prefix").asText();
        return prefix.isEmpty() ? option.getKey() : prefix + "*";
    }

    private static String type(JsonNode option) {
        if (option.has("enum")) {
            return StreamSupport.stream(option.get("enum").spliterator(), false).map(value -> "`" + value.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        String type = option.get("type").asText();
        return type.equals("object") ? simpleName(option.get("javaType").asText()) : type;
    }

    private static String simpleName(String javaType) {
        return javaType.replaceAll("[\\w.]+\\.(\\w+)", "$1");
    }

    private static String value(JsonNode option) {
        return option.has("defaultValue") ? "`" + option.get("defaultValue").asText() + "`" : "";
    }

    private static String remarks(JsonNode option) {
        return (option.get("required").asBoolean() ? "*Required.* " : "")
                + (option.get("secret").asBoolean() ? "*Secret.* " : "")
                + (option.get("deprecated").asBoolean() ? "*Deprecated.* " : "");
    }

    private static String description(JsonNode documented) {
        String description = documented.get("description").asText().replace("|", "\\|");
        int end = description.length() > LONG ? description.lastIndexOf(". ", ENOUGH) : -1;
        return end < 0 ? description : description.substring(0, end + 1);
    }
}
