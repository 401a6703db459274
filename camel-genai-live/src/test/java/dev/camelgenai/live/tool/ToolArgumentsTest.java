package dev.camelgenai.live.tool;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Arguments reach a route only as they were declared, whatever the model makes up. */
@Timeout(60)
class ToolArgumentsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLAIN = "?parameter.id=string&parameter.id.required=true&parameter.limit=integer&parameter.limit.enum=1,2,3"
            + "&parameter.price=number&parameter.fast=boolean&parameter.size=string&parameter.size.enum=S,M";
    private static final String BOOKING = "?argSchema=classpath:schemas/booking.json";

    private final DefaultCamelContext context = new DefaultCamelContext();

    public record Guest(String name, Integer age) {
    }

    public record Booking(Guest guest, int nights, LocalDate day) {

        public Booking {
            if (nights > 99) {
                throw new IllegalStateException("nobody stays for " + nights + " nights, says db.secret.internal");
            }
        }
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private ToolSpec spec(String options) {
        return ToolSpec.of(context.getEndpoint("genai-live-tool:t" + options, GenAiLiveToolEndpoint.class));
    }

    private static Map<String, Object> json(String text) throws Exception {
        return JSON.readValue(text, new TypeReference<>() {
        });
    }

    private ToolArguments check(String options, String arguments) throws Exception {
        return ToolArguments.check(spec(options), json(arguments));
    }

    private static Object nested(int depth) {
        Object value = "end";
        for (int i = 0; i < depth; i++) {
            value = i % 2 == 0 ? Map.of("x", value) : List.of(value);
        }
        return value;
    }

    @Test
    void whatWasDeclaredIsTheBodyAndTheValues() throws Exception {
        ToolArguments arguments = check(PLAIN,
                "{\"id\":\"A1\",\"limit\":2,\"price\":1.5,\"fast\":true,\"size\":\"M\",\"more\":1}");

        assertThat(arguments.trouble()).isNull();
        assertThat(arguments.values()).isEqualTo(Map.of("id", "A1", "limit", 2L, "price", 1.5, "fast", true, "size", "M"));
        assertThat(arguments.body()).isInstanceOf(LinkedHashMap.class).isEqualTo(arguments.values());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{\"id\":42} | 42", "{\"id\":true} | true",
        "{\"id\":1.50} | 1.5" })
    void aNumberIsTakenForAPlainString(String arguments, String id) throws Exception {
        assertThat(check(PLAIN, arguments).values()).containsEntry("id", id);
    }

    @Test
    void aWholeNumberIsAnIntegerHoweverItIsWritten() throws Exception {
        assertThat(check(PLAIN, "{\"id\":\"1\",\"limit\":3.0}").values()).containsEntry("limit", 3L);
        assertThat(check(BOOKING, "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"nights\":3.0}").trouble()).isNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                          | The argument id is missing.",
        "{\"id\":null}                               | The argument id is missing.",
        "{\"ID\":\"1\",\"Id\":\"2\"}                 | The argument id is missing.",
        "{\"id\":{}}                                 | The argument id must be of the type string.",
        "{\"id\":[\"1\"]}                            | The argument id must be of the type string.",
        "{\"id\":\"1\",\"limit\":\"2\"}              | The argument limit must be of the type integer.",
        "{\"id\":\"1\",\"limit\":2.5}                | The argument limit must be of the type integer.",
        "{\"id\":\"1\",\"limit\":1e300}              | The argument limit must be of the type integer.",
        "{\"id\":\"1\",\"limit\":1e999}              | The argument limit must be of the type integer.",
        "{\"id\":\"1\",\"limit\":4}                  | The argument limit must be one of [1, 2, 3].",
        "{\"id\":\"1\",\"size\":\"m\"}               | The argument size must be one of [S, M].",
        "{\"id\":\"1\",\"price\":\"cheap\"}          | The argument price must be of the type number.",
        "{\"id\":\"1\",\"fast\":\"yes\"}             | The argument fast must be of the type boolean." })
    void plainArgumentsThatDoNotFitAreToldOf(String arguments, String trouble) throws Exception {
        ToolArguments checked = check(PLAIN, arguments);

        assertThat(checked.trouble()).isEqualTo(trouble);
        assertThat(checked.values()).isEmpty();
        assertThat(checked.cause()).isNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {
        "{\"guest\":{\"name\":\"Ann\"},\"note\":null}                                   | -",
        "{\"guest\":{\"name\":\"Ann\",\"age\":null},\"note\":\"\"}                      | -",
        "{\"guest\":{\"name\":\"Ann\",\"age\":7,\"tier\":\"gold\"},\"note\":\"\"}       | -",
        "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"rooms\":[{\"beds\":1},{\"beds\":2,\"view\":\"sea\"}]} | -",
        "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"nights\":null}                   | -",
        "{\"guest\":{\"name\":\"Ann\"}}                                                 | The argument note is missing.",
        "{\"guest\":null,\"note\":null}                                                 | The argument guest is missing.",
        "{\"guest\":[],\"note\":null}                                                   | The argument guest must be of the type object.",
        "{\"guest\":{},\"note\":null}                                                   | The argument guest.name is missing.",
        "{\"guest\":{\"name\":null},\"note\":null}                                      | The argument guest.name is missing.",
        "{\"guest\":{\"NAME\":\"Ann\"},\"note\":null}                                   | The argument guest.name is missing.",
        "{\"guest\":{\"name\":7},\"note\":null}                                         | The argument guest.name must be of the type string.",
        "{\"guest\":{\"name\":\"Ann\",\"age\":\"7\"},\"note\":null}                     | The argument guest.age must be of the type integer or null.",
        "{\"guest\":{\"name\":\"Ann\",\"tier\":\"tin\"},\"note\":null}                  | The argument guest.tier must be one of [gold, silver].",
        "{\"guest\":{\"name\":\"Ann\",\"boss\":true},\"note\":null}                     | The argument guest.boss is not known.",
        "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"rooms\":{}}                      | The argument rooms must be of the type array.",
        "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"rooms\":[{\"beds\":1},{}]}       | The argument rooms[1].beds is missing.",
        "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"rooms\":[null]}                  | The argument rooms[0] must not be null.",
        "{\"guest\":{\"name\":\"Ann\"},\"note\":\"\",\"rooms\":[{\"beds\":1,\"view\":\"yard\"}]} | The argument rooms[0].view must be one of [sea]." })
    void nestedArgumentsAreCheckedByTheirSchema(String arguments, String trouble) throws Exception {
        assertThat(check(BOOKING, arguments).trouble()).isEqualTo(trouble);
    }

    @Test
    void nestedArgumentsReachTheRouteAsTheyAre() throws Exception {
        ToolArguments arguments = check(BOOKING,
                "{\"guest\":{\"name\":\"Ann\"},\"rooms\":[{\"beds\":1,\"extra\":true}],\"note\":null,\"CamelFileName\":\"/etc/passwd\"}");

        assertThat(arguments.values())
                .isEqualTo(json("{\"guest\":{\"name\":\"Ann\"},\"rooms\":[{\"beds\":1,\"extra\":true}],\"note\":null}"));
        assertThat(arguments.body()).isEqualTo(arguments.values());
    }

    @ParameterizedTest(name = "{1} of {0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[1.0, \"one\", null, [1, {\"a\":true}]] | 1                  | true",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | \"one\"            | true",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | null               | true",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | [1.0,{\"a\":true}] | true",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | [1,{\"a\":false}]  | false",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | [1,{\"b\":true}]   | false",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | [1]                | false",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | \"1\"              | false",
        "[1.0, \"one\", null, [1, {\"a\":true}]] | true               | false" })
    void enumsHaveValuesOfAnyType(String values, String value, boolean accepted) throws Exception {
        GenAiLiveToolEndpoint endpoint = context.getEndpoint("genai-live-tool:t", GenAiLiveToolEndpoint.class);
        endpoint.setArgSchema("{\"properties\":{\"x\":{\"enum\":" + values + "}},\"required\":[\"x\"]}");

        assertThat(ToolArguments.check(ToolSpec.of(endpoint), json("{\"x\":" + value + "}")).trouble() == null)
                .isEqualTo(accepted);
    }

    @Test
    void aToolWithoutParametersGetsAnEmptyBody() throws Exception {
        assertThat(check("", "{\"a\":1}").body()).isEqualTo(Map.of());
    }

    @Test
    void aBodyOfAnotherTypeIsReadFromTheArguments() throws Exception {
        ToolArguments arguments = check(BOOKING + "&bodyType=" + Booking.class.getName(),
                "{\"guest\":{\"name\":\"Ann\",\"age\":7},\"nights\":2,\"note\":null,\"day\":\"2026-11-23\",\"unasked\":1}");

        assertThat(arguments.body()).isEqualTo(new Booking(new Guest("Ann", 7), 2, LocalDate.of(2026, 11, 23)));
        assertThat(arguments.values()).containsKeys("guest", "nights").doesNotContainKey("unasked");
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"day\":\"tomorrow\"", "\"nights\":100" })
    void argumentsThatDoNotBecomeTheBodyAreToldOfWithoutDetails(String argument) throws Exception {
        ToolArguments arguments = check(BOOKING + "&bodyType=" + Booking.class.getName(),
                "{\"guest\":{\"name\":\"Ann\"},\"note\":null," + argument + "}");

        assertThat(arguments.trouble()).isEqualTo("The arguments do not have the form that the tool needs.");
        assertThat(arguments.cause()).isNotNull();
        assertThat(arguments.values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 65, 100_000 })
    void veryDeepNestingIsRefusedWithoutUsingUpTheStack(int depth) {
        String anything = "?argSchema=RAW({\"properties\":{\"x\":{}}})";

        assertThat(ToolArguments.check(spec(anything), Map.of("x", nested(depth))).trouble())
                .isEqualTo("The argument x is nested too deeply.");
        assertThat(ToolArguments.check(spec(anything), Map.of("x", nested(64))).trouble()).isNull();
    }

    @Test
    void whatIsNotDeclaredIsNotLookedAtHoweverDeepItIs() {
        Map<String, Object> given = new HashMap<>(Map.of("id", "1", "unasked", nested(100_000)));

        assertThat(ToolArguments.check(spec(PLAIN), given).values()).containsOnlyKeys("id");
    }

    @Test
    void aHugeStringIsNotRepeatedToTheModel() {
        ToolArguments arguments = ToolArguments.check(spec(PLAIN), Map.of("id", "1", "size", "z".repeat(5_000_000)));

        assertThat(arguments.trouble()).isEqualTo("The argument size must be one of [S, M].");
    }

    @Test
    void thousandsOfNamesAreDroppedOrRefusedAtTheFirst() {
        Map<String, Object> many = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            many.put("k" + i, Collections.nCopies(10, i));
        }
        Map<String, Object> guest = new LinkedHashMap<>(Map.of("name", "Ann"));
        guest.put("\u0007\nERROR " + "y".repeat(100_000), 1);
        guest.putAll(many);
        many.put("id", "1");

        assertThat(ToolArguments.check(spec(PLAIN), many).values()).containsOnlyKeys("id");
        String trouble = ToolArguments.check(spec(BOOKING), Map.of("guest", guest, "note", "")).trouble();
        assertThat(trouble).startsWith("The argument guest.  ERROR yyy").endsWith(" is not known.").hasSizeLessThan(80);
    }

    @Test
    void aNumberOfThousandsOfDigitsIsNoInteger() {
        Map<String, Object> given = Map.of("id", "1", "limit", BigInteger.TEN.pow(10_000));

        assertThat(ToolArguments.check(spec(PLAIN), given).trouble())
                .isEqualTo("The argument limit must be of the type integer.");
    }

    @Test
    void aTroubleIsNeverLong() {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            values.add("value" + i);
        }

        assertThat(
                ToolArguments.check(spec("?parameter.x=string&parameter.x.enum=" + String.join(",", values)), Map.of("x", "?"))
                        .trouble())
                .hasSize(ToolArguments.MAX_TROUBLE).endsWith("...");
    }
}
