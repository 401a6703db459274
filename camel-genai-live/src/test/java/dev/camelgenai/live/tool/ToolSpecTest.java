package dev.camelgenai.live.tool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.Schema;
import com.google.genai.types.Type;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the options of a tool add up to. */
class ToolSpecTest {

    private static final String BOOKING = "{\"type\":\"object\",\"properties\":{\"guest\":{\"type\":\"object\",\"properties\":"
            + "{\"name\":{\"type\":\"string\"}}},\"nights\":{\"type\":\"integer\",\"default\":null}},\"required\":[\"guest\"]}";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private GenAiLiveToolEndpoint endpoint(String options) {
        return context.getEndpoint("genai-live-tool:book" + options, GenAiLiveToolEndpoint.class);
    }

    private ToolSpec spec(String options) {
        return ToolSpec.of(endpoint(options));
    }

    private ToolSpec withSchema(String schema) {
        GenAiLiveToolEndpoint endpoint = endpoint("");
        endpoint.setArgSchema(schema);
        return ToolSpec.of(endpoint);
    }

    private static JsonNode argSchema(ToolSpec spec) {
        return (JsonNode) spec.declaration().parametersJsonSchema().orElseThrow();
    }

    @Test
    void aNameIsEnough() {
        ToolSpec spec = spec("");

        assertThat(spec.declaration()).isEqualTo(FunctionDeclaration.builder().name("book").description("book").build());
        assertThat(spec.tags()).isEmpty();
        assertThat(spec.cancellable()).isTrue();
        assertThat(spec.timeout()).isNull();
        assertThat(spec.maxConcurrent()).isZero();
        assertThat(spec.scheduling()).isNull();
    }

    @Test
    void plainParametersAreDeclaredWithTheirTypes() {
        ToolSpec spec = spec("?description=Books&parameter.nights=integer&parameter.nights.required=true"
                + "&parameter.view=string&parameter.view.enum=sea, garden&parameter.view.description=What to see");

        Schema declared = spec.declaration().parameters().orElseThrow();
        assertThat(declared.required()).contains(List.of("nights"));
        assertThat(declared.properties().orElseThrow()).isEqualTo(Map.of(
                "nights", Schema.builder().type(Type.Known.INTEGER).build(),
                "view", Schema.builder().type(Type.Known.STRING).description("What to see").enum_("sea", "garden").build()));
        assertThat(spec.declaration().parametersJsonSchema()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "int, INTEGER", "long, INTEGER", "double, NUMBER", "float, NUMBER", "bool, BOOLEAN", "String, STRING" })
    void typesHaveTheNamesOfTheOtherComponentToo(String name, Type.Known type) {
        Schema declared = spec("?parameter.x=" + name).declaration().parameters().orElseThrow();

        assertThat(declared.properties().orElseThrow().get("x").type().orElseThrow().knownEnum()).isEqualTo(type);
    }

    @Test
    void aSchemaIsDeclaredAsItIs() {
        ToolSpec spec = withSchema(BOOKING);

        assertThat(argSchema(spec)).hasToString(BOOKING);
        assertThat(spec.declaration().parameters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "%s", "resource:%s", "{{schema}}", "resource:{{schema}}" })
    void aSchemaIsReadFromAResource(String option, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("booking.json"), BOOKING);
        Properties properties = new Properties();
        properties.setProperty("schema", file.toUri().toString());
        context.getPropertiesComponent().setInitialProperties(properties);

        assertThat(argSchema(spec("?argSchema=" + option.formatted(file.toUri())))).hasToString(BOOKING);
        assertThat(argSchema(withSchema(option.formatted(file.toUri())))).hasToString(BOOKING);
    }

    @Test
    void aSchemaIsReadFromTheClasspath() {
        assertThat(argSchema(spec("?argSchema=classpath:schemas/booking.json")).at("/properties/guest/type").asText())
                .isEqualTo("object");
    }

    @Test
    void theSpellingOfGoogleIsUnderstood() {
        assertThat(withSchema("{\"type\":\"OBJECT\",\"properties\":{\"id\":{\"type\":\"STRING\"}}}").arguments().properties()
                .get("id").types()).containsExactly(JsonType.STRING);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"type\":\"string\"}", "{\"type\":\"array\",\"items\":{\"type\":\"object\"}}", "{}" })
    void theResultMayHaveAnyType(String schema) {
        GenAiLiveToolEndpoint endpoint = endpoint("?behavior=NON_BLOCKING");
        endpoint.setOutputSchema(schema);

        FunctionDeclaration declaration = ToolSpec.of(endpoint).declaration();

        assertThat(declaration.responseJsonSchema().orElseThrow()).hasToString(schema);
        assertThat(declaration.behavior().orElseThrow()).hasToString("NON_BLOCKING");
    }

    @Test
    void whatTheRunOfTheRouteNeedsIsKept() {
        ToolSpec spec = spec("?behavior=NON_BLOCKING&scheduling=SILENT&cancellable=false&timeout=3s&maxConcurrent=2");

        assertThat(spec.behavior()).isEqualTo(GenAiLiveToolBehavior.NON_BLOCKING);
        assertThat(spec.scheduling()).isEqualTo(GenAiLiveToolScheduling.SILENT);
        assertThat(spec.cancellable()).isFalse();
        assertThat(spec.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.maxConcurrent()).isEqualTo(2);
    }

    @ParameterizedTest(name = "tool tags {0}, endpoint tags {1}: {2}")
    @CsvSource(nullValues = "-", value = { "a, a, true", "'a,b', 'c, b', true", "a, b, false", "a, -, false", "-, a, true",
        "-, -, false", "-, ' ', false", "a, A, false" })
    void tagsDecideWhoOffersTheTool(String tool, String endpoint, boolean offered) {
        ToolSpec spec = spec(tool == null ? "" : "?tags=" + tool);

        assertThat(spec.isOfferedTo(endpoint)).isEqualTo(offered);
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"type\":\"array\",\"items\":{}}                     | type object at its root",
        "{\"type\":\"object\"}                                 | needs the properties",
        "{\"type\":\"object\",\"properties\":{}}               | leave the option out",
        "{\"properties\":{\"a\":{}},\"required\":[\"b\"]}      | requires b, which is not among its properties",
        "{\"properties\":{\"a\":{}},\"required\":\"a\"}        | required of the root must be a list",
        "{\"properties\":{\"a\":{}},\"required\":[1]}          | names of properties, but has 1",
        "{\"properties\":[]}                                   | properties of the root must be an object",
        "{\"properties\":{\"a\":\"string\"}}                   | a must be a schema such as",
        "{\"properties\":{\"a\":{\"type\":\"text\"}}}          | type of a must be string, integer",
        "{\"properties\":{\"a\":{\"items\":{\"type\":7}}}}     | type of a[] must be",
        "{\"properties\":{\"a\":{\"enum\":\"x\"}}}             | the enum of a must be a list",
        "{\"properties\":{\"camelCase\":{}}}                   | camelCase",
        "{\"properties\":{\"CAMELX\":{}}}                      | must not begin with Camel",
        "{\"properties\":{\"org.apache.camel.x\":{}}}          | must not begin with Camel",
        "{\"properties\":{\"id\":{},\"ID\":{}}}                | differ in case only",
        "{\"properties\":{\"id\":{}                            | not valid JSON (line 1",
        "{\"properties\":{\"id\":{}}} and more                 | not valid JSON",
        "{\"properties\":{\"id\":{},\"id\":{}}}                | not valid JSON",
        "[]                                                    | is no JSON schema",
        "booking.json                                          | such as classpath:book.json",
        "classpath:nowhere.json                                | classpath:nowhere.json",
        "file:/nowhere/x.json                                  | cannot be read; name a resource that exists",
        "nosuchscheme:x.json                                   | cannot be read; name a resource that exists",
        "{{no.such.property}}                                  | define the property" })
    void aSchemaThatCannotWorkIsRefusedWithToolOptionAndFix(String schema, String told) {
        assertThatThrownBy(() -> withSchema(schema)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("argSchema").hasMessageContaining("tool book").hasMessageContaining(told);
    }

    @Test
    void aResultSchemaThatCannotBeReadIsRefusedByItsOwnName() {
        GenAiLiveToolEndpoint endpoint = endpoint("?outputSchema=classpath:nowhere.json");

        assertThatThrownBy(() -> ToolSpec.of(endpoint)).hasMessageContaining("The option outputSchema of the tool book")
                .hasMessageContaining("classpath:nowhere.json");
    }

    @Test
    void aLongSchemaIsNotRepeatedInFull() {
        String tail = "tail-of-a-long-schema";
        String broken = "{\"description\":\"" + "x".repeat(5_000) + tail;

        assertThatThrownBy(() -> withSchema(broken)).message().hasSizeLessThan(400).doesNotContain(tail);
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource(delimiter = '|', value = {
        "parameter.a=string&argSchema=classpath:schemas/booking.json | declare all parameters in the schema, or all as parameter.NAME",
        "timeout=-1                                          | timeout of the tool book must not be negative, but is -1",
        "maxConcurrent=-2                                    | maxConcurrent of the tool book must not be negative, but is -2",
        "parameter.a=object                                  | use argSchema for objects and lists",
        "parameter.a=string&parameter.a.required=yes         | parameter.a.required of the tool book must be true or false",
        "parameter.a=integer&parameter.a.enum=1,two          | has the value two, which is not of the type integer",
        "parameter.a=boolean&parameter.a.enum=maybe          | has the value maybe",
        "parameter.a=string&parameter.A=string               | differ in case only",
        "parameter.camelId=string                            | must not begin with Camel",
        "bodyType=com.example.Nowhere                        | bodyType of the tool book names the class com.example.Nowhere" })
    void anOptionThatCannotWorkIsRefusedWithTheFix(String options, String told) {
        assertThatThrownBy(() -> spec("?" + options)).isInstanceOf(LiveInputException.class).hasMessageContaining(told);
    }
}
