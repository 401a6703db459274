package dev.camelgenai.live.tool;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.google.genai.types.Type;

/** The types of JSON schemas, as they are found in arguments that Jackson has read. */
enum JsonType {

    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    OBJECT,
    ARRAY,
    NULL;

    /** As JSON schemas spell it, and as models are told of it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As Google's own schemas spell it. */
    Type.Known known() {
        return Type.Known.valueOf(name());
    }

    /** In any case: Google's own schemas have the names in upper case. */
    static Optional<JsonType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.wireName().equalsIgnoreCase(name)).findFirst();
    }

    boolean accepts(Object value) {
        return switch (this) {
            case STRING -> value instanceof String;
            case INTEGER -> value instanceof Number number && isWhole(number);
            case NUMBER -> value instanceof Number;
            case BOOLEAN -> value instanceof Boolean;
            case OBJECT -> value instanceof Map<?, ?>;
            case ARRAY -> value instanceof List<?>;
            case NULL -> value == null;
        };
    }

    /** JSON has one kind of number: 3.0 is an integer, too. */
    private static boolean isWhole(Number number) {
        BigDecimal decimal = decimal(number);
        return decimal != null && (decimal.signum() == 0 || decimal.scale() <= 0 || decimal.stripTrailingZeros().scale() <= 0);
    }

    /** @return {@code null} for what is no number of JSON */
    static BigDecimal decimal(Number number) {
        try {
            return new BigDecimal(number.toString());
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
