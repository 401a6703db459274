package dev.camelgenai.emulator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.genai.types.Blob;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.emulator.SurfaceTable.Leaf;

/**
 * Finds by reflection every field that can be reached from a type of Google's Java SDK and makes, for each, a value in which
 * only that field is set. A field of a kind that it cannot make a value for is an error: nothing is left out silently.
 */
final class SdkSamples {

    private final Map<String, Object> choices;
    private final Deque<Class<?>> nesting = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();

    private SdkSamples(Map<String, Object> choices) {
        this.choices = choices;
    }

    /**
     * @param choices the values of fields, by name or by {@code parent.name}, that take no other
     */
    static <T> List<Leaf<T>> of(Class<T> type, Map<String, Object> choices) {
        return new SdkSamples(choices).ofType(type).stream().map(leaf -> new Leaf<>(leaf.path(), type.cast(leaf.value())))
                .toList();
    }

    private List<Leaf<Object>> ofType(Class<?> type) {
        List<Leaf<Object>> leaves = new ArrayList<>();
        nesting.push(type);
        for (Method getter : getters(type)) {
            String name = getter.getAnnotation(JsonProperty.class).value();
            names.push(name);
            for (Leaf<Object> value : ofValue(optionalType(getter))) {
                leaves.add(new Leaf<>(name + value.path(), with(type, getter.getName(), value.value())));
            }
            names.pop();
        }
        nesting.pop();
        return leaves;
    }

    /** Paths start with a dot, or with {@code []}, or are empty for a plain value. */
    private List<Leaf<Object>> ofValue(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return ofValue(generic.getActualTypeArguments()[0]).stream()
                    .map(element -> new Leaf<Object>("[]" + element.path(), List.of(element.value()))).toList();
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            return ofValue(generic.getActualTypeArguments()[1]).stream()
                    .map(element -> new Leaf<Object>("{}" + element.path(), Map.of("key", element.value()))).toList();
        }
        if (type instanceof Class<?> plain) {
            if (isOpenEnum(plain)) {
                return knownValues(plain);
            }
            Optional<Object> simple = simple(plain);
            if (simple.isPresent()) {
                return List.of(new Leaf<>("", simple.get()));
            }
            List<Leaf<Object>> fields = nesting.contains(plain) ? List.of() : ofType(plain);
            return fields.isEmpty()
                    ? List.of(new Leaf<>("", build(companions(builder(plain)))))
                    : fields.stream().map(field -> new Leaf<>("." + field.path(), field.value())).toList();
        }
        throw new IllegalStateException("No sample for the type " + type + " of " + names + " in " + nesting);
    }

    private Optional<Object> simple(Class<?> type) {
        Object chosen = choice();
        if (type.isInstance(chosen)) {
            return Optional.of(chosen);
        }
        Map<Class<?>, Object> values = Map.of(String.class, "te\"xt \u00e4\u20ac", Integer.class, 7, Long.class,
                5_000_000_000L, Float.class, 0.3f, Double.class, 0.7d, Boolean.class, true, byte[].class,
                new byte[]{ 0, 1, (byte) 0xff, 62 }, Duration.class, Duration.ofSeconds(3), Instant.class,
                Instant.parse("2026-11-22T10:20:30Z"), Object.class, Map.of("nested", List.of(1, "two")));
        return Optional.ofNullable(values.get(type));
    }

    private Object choice() {
        Iterator<String> path = names.iterator();
        String name = path.next();
        Object ofName = choices.get(name);
        return path.hasNext() ? choices.getOrDefault(path.next() + '.' + name, ofName) : ofName;
    }

    /** Without the SDK's own word for what it does not know. */
    private static List<Leaf<Object>> knownValues(Class<?> type) {
        Class<?> known = Arrays.stream(type.getDeclaredClasses()).filter(Class::isEnum).findFirst().orElseThrow();
        return Arrays.stream(known.getEnumConstants()).map(Object::toString).filter(value -> !value.endsWith("UNSPECIFIED"))
                .map(value -> new Leaf<>("=" + value, openEnum(type, value))).toList();
    }

    private static boolean isOpenEnum(Class<?> type) {
        return Arrays.stream(type.getMethods()).anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
    }

    private static Object openEnum(Class<?> type, String value) {
        try {
            return type.getConstructor(String.class).newInstance(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("No sample for " + type, e);
        }
    }

    private Object with(Class<?> type, String setter, Object value) {
        Class<?> builderType = Arrays.stream(type.getDeclaredClasses())
                .filter(nested -> nested.getSimpleName().equals("Builder")).findFirst().orElseThrow();
        Method method = Arrays.stream(builderType.getMethods())
                .filter(candidate -> candidate.getName().equals(setter) && candidate.isAnnotationPresent(JsonProperty.class))
                .findFirst().orElseThrow(() -> new IllegalStateException("No setter " + setter + " in the builder of " + type));
        return build(invoke(method, companions(builder(type)), value));
    }

    /** What is refused without a companion would tell nothing about the field itself. */
    private Object companions(Object builder) {
        if (builder instanceof Blob.Builder blob) {
            blob.mimeType(names.contains("audio") ? "audio/pcm;rate=16000" : "image/jpeg");
        } else if (builder instanceof FunctionResponse.Builder response) {
            response.id("c1").name("f");
        }
        return builder;
    }

    private static List<Method> getters(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(JsonProperty.class) && method.getParameterCount() == 0)
                .sorted(Comparator.comparing(Method::getName)).toList();
    }

    private static Type optionalType(Method getter) {
        if (getter.getGenericReturnType() instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return generic.getActualTypeArguments()[0];
        }
        throw new IllegalStateException("Not an Optional: " + getter);
    }

    private static Object builder(Class<?> type) {
        try {
            return invoke(type.getMethod("builder"), null);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("No sample for " + type, e);
        }
    }

    private static Object build(Object builder) {
        try {
            return invoke(builder.getClass().getSuperclass().getMethod("build"), builder);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Not a builder: " + builder.getClass(), e);
        }
    }

    private static Object invoke(Method method, Object target, Object... arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Could not call " + method, e);
        }
    }
}
