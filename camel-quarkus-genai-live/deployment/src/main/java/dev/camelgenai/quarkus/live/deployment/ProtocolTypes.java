package dev.camelgenai.quarkus.live.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Index;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.Type;
import org.jboss.jandex.WildcardType;

/**
 * The classes of Google's SDK that Jackson looks at when a session is set up, talks and ends: the types that the component
 * reads and writes, and those of their properties, and so on. Each of them is looked up and indexed alone: the jar has
 * thousands of others, which an index of the application would make every extension look at.
 */
final class ProtocolTypes {

    private static final String PACKAGE = "com.google.genai.types.";

    /** What the component reads from JSON, writes as JSON, or takes as a body in the form of JSON. */
    private static final String[] ROOTS = { "LiveServerMessage", "LiveSendClientContentParameters",
        "LiveSendRealtimeInputParameters", "LiveSendToolResponseParameters", "LiveConnectConfig", "GenerateContentConfig",
        "CreateAuthTokenConfig", "AuthToken" };

    private static final DotName JSON_PROPERTY = DotName.createSimple("com.fasterxml.jackson.annotation.JsonProperty");
    private static final DotName JSON_DESERIALIZE = DotName
            .createSimple("com.fasterxml.jackson.databind.annotation.JsonDeserialize");

    private final ClassLoader loader;
    private final SortedSet<String> found = new TreeSet<>();
    private final Deque<String> pending = new ArrayDeque<>();

    private ProtocolTypes(ClassLoader loader) {
        this.loader = loader;
    }

    /**
     * @param loader finds the SDK
     * @return names of classes: value types, the generated ones that implement them, and their builders
     */
    static SortedSet<String> in(ClassLoader loader) {
        ProtocolTypes types = new ProtocolTypes(loader);
        for (String root : ROOTS) {
            types.add(PACKAGE + root);
        }
        while (!types.pending.isEmpty()) {
            types.follow(types.pending.remove());
        }
        return types.found;
    }

    private void add(String name) {
        if (name.startsWith(PACKAGE) && found.add(name)) {
            pending.add(name);
        }
    }

    private void follow(String name) {
        ClassInfo type = index(name).orElseThrow(() -> new IllegalStateException("The class " + name
                + " of Google's SDK is not on the class path"));
        builderOf(type).ifPresent(builder -> {
            found.add(builder);
            // what an instance is of, and so what Jackson writes
            found.add(PACKAGE + "AutoValue_" + type.simpleName());
            index(builder).stream().flatMap(ProtocolTypes::properties)
                    .forEach(property -> property.parameterTypes().forEach(this::add));
        });
        properties(type).forEach(property -> add(property.returnType()));
    }

    private static Stream<MethodInfo> properties(ClassInfo type) {
        return type.methods().stream().filter(method -> method.hasDeclaredAnnotation(JSON_PROPERTY));
    }

    private static Optional<String> builderOf(ClassInfo type) {
        return Optional.ofNullable(type.declaredAnnotation(JSON_DESERIALIZE))
                .map(annotation -> annotation.value("builder")).map(builder -> builder.asClass().name().toString());
    }

    /** With its type arguments: {@code Optional<List<Part>>} is of {@code Part}. */
    private void add(Type type) {
        switch (type.kind()) {
            case CLASS -> add(type.name().toString());
            case ARRAY -> add(type.asArrayType().constituent());
            case PARAMETERIZED_TYPE -> {
                add(type.name().toString());
                type.asParameterizedType().arguments().forEach(this::add);
            }
            case WILDCARD_TYPE -> {
                WildcardType wildcard = type.asWildcardType();
                add(wildcard.extendsBound());
            }
            default -> {
                // neither primitives nor type variables are classes of the SDK
            }
        }
    }

    private Optional<ClassInfo> index(String name) {
        try (InputStream bytes = loader.getResourceAsStream(name.replace('.', '/') + ".class")) {
            return bytes == null ? Optional.empty() : Optional.of(Index.singleClass(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("The class " + name + " cannot be read", e);
        }
    }
}
