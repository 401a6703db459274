package dev.camelgenai.live.protocol;

import java.lang.reflect.Constructor;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.genai.types.Blob;
import com.google.genai.types.FunctionResponse;

/**
 * Finds every field that can be reached from one of Google's types and makes, for each, a value in which only that field
 * is set. A field of a kind that it cannot make a value for is an error, so nothing is left out silently.
 */
final class FieldSamples {

    /**
     * @param path  such as {@code tools[].googleSearch.excludeDomains}
     * @param value of the root type, with that field set and nothing else but companions without which it is refused
     */
    record Sample<T>(String path, T value) {
    }

    /** What makes a value acceptable at all, so that its other fields are compared and not just both refused. */
    private static final Map<String, String> BLOB_MIME_TYPES = Map.of("audio", "audio/pcm;rate=16000", "video", "image/jpeg");

    private final Deque<Class<?>> nesting = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();

    private FieldSamples() {
    }

    static <T> List<Sample<T>> of(Class<T> root) {
        List<Sample<T>> samples = new ArrayList<>();
        for (Sample<Object> sample : new FieldSamples().ofType(root)) {
            samples.add(new Sample<>(sample.path, root.cast(sample.value)));
        }
        return samples;
    }

    private List<Sample<Object>> ofType(Class<?> type) {
        List<Sample<Object>> samples = new ArrayList<>();
        nesting.push(type);
        for (Method getter : getters(type)) {
            String name = getter.getAnnotation(JsonProperty.class).value();
            names.push(name);
            for (Sample<Object> value : ofValue(optionalType(getter))) {
                samples.add(new Sample<>(name + value.path, with(type, getter.getName(), value.value)));
            }
            names.pop();
        }
        nesting.pop();
        return samples;
    }

    /** Paths start with a dot, or with {@code []}, or are empty for a plain value. */
    private List<Sample<Object>> ofValue(Type type) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                return ofValue(generic.getActualTypeArguments()[0]).stream()
                        .map(element -> new Sample<Object>("[]" + element.path, List.of(element.value))).toList();
            }
            if (generic.getRawType() == Map.class) {
                return ofValue(generic.getActualTypeArguments()[1]).stream()
                        .map(element -> new Sample<Object>("{}" + element.path, Map.of("key", element.value))).toList();
            }
        } else if (type instanceof Class<?> plain) {
            Object simple = simple(plain);
            if (simple != null) {
                return List.of(new Sample<>("", simple));
            }
            if (isBuilt(plain)) {
                List<Sample<Object>> samples = new ArrayList<>();
                samples.add(new Sample<>("", build(companions(plain, builder(plain)))));
                if (!nesting.contains(plain)) {
                    ofType(plain).forEach(field -> samples.add(new Sample<>("." + field.path, field.value)));
                }
                return samples;
            }
        }
        throw new IllegalStateException("No sample for the type " + type + " of " + names + " in " + nesting);
    }

    private static Object simple(Class<?> type) {
        if (type == String.class) {
            return "te\"xt \u00e4\u20ac";
        } else if (type == Integer.class) {
            return 7;
        } else if (type == Long.class) {
            return 5_000_000_000L;
        } else if (type == Float.class) {
            return 0.3f;
        } else if (type == Double.class) {
            return 0.7d;
        } else if (type == Boolean.class) {
            return true;
        } else if (type == byte[].class) {
            return new byte[]{ 0, 1, (byte) 0xff, 62 };
        } else if (type == Duration.class) {
            return Duration.ofSeconds(3);
        } else if (type == Instant.class) {
            return Instant.parse("2026-11-22T10:20:30Z");
        } else if (type == Object.class) {
            return new LinkedHashMap<>(Map.of("nested", List.of(1, "two", Map.of("three", true))));
        }
        return Arrays.stream(type.getDeclaredClasses()).filter(Class::isEnum).findFirst()
                .filter(known -> isValueType(type)).map(known -> openEnum(type, known)).orElse(null);
    }

    private static boolean isValueType(Class<?> type) {
        return Arrays.stream(type.getMethods()).anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
    }

    private static Object openEnum(Class<?> type, Class<?> known) {
        Object[] constants = known.getEnumConstants();
        try {
            Constructor<?> constructor = type.getConstructor(String.class);
            return constructor.newInstance(constants[constants.length - 1].toString());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("No sample for " + type, e);
        }
    }

    private Object with(Class<?> type, String setter, Object value) {
        Object builder = companions(type, builder(type));
        Method method = Arrays.stream(builderType(type).getMethods())
                .filter(candidate -> candidate.getName().equals(setter) && candidate.isAnnotationPresent(JsonProperty.class))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No setter " + setter + " in the builder of " + type));
        return build(invoke(method, builder, value));
    }

    private Object companions(Class<?> type, Object builder) {
        if (builder instanceof Blob.Builder blob) {
            Optional.ofNullable(BLOB_MIME_TYPES.get(names.stream().filter(BLOB_MIME_TYPES::containsKey).findFirst().orElse("")))
                    .ifPresent(blob::mimeType);
        } else if (builder instanceof FunctionResponse.Builder response) {
            response.id("call-1");
        }
        return builder;
    }

    static List<Method> getters(Class<?> type) {
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

    private static boolean isBuilt(Class<?> type) {
        return Arrays.stream(type.getMethods()).anyMatch(method -> method.getName().equals("builder"));
    }

    private static Class<?> builderType(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses()).filter(nested -> nested.getSimpleName().equals("Builder")).findFirst()
                .orElseThrow(() -> new IllegalStateException("No builder in " + type));
    }

    private static Object builder(Class<?> type) {
        try {
            return invoke(type.getMethod("builder"), null);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object build(Object builder) {
        try {
            return invoke(builder.getClass().getSuperclass().getMethod("build"), builder);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
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
