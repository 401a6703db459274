package dev.camelgenai.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The routes that a document shows, to be run as they stand there. A sample is a block {@code [source,java]} with an id
 * ({@code [#id]} in the line before) and the block {@code [source,yaml]} that follows it without an id of its own:
 *
 * <pre>
 * [#ask]
 * [source,java]
 * ----
 * from("direct:ask").to("genai-live:gemini-3.8-live?response=turn");
 * ----
 *
 * [source,yaml]
 * ----
 * - route:
 *     from: ...
 * ----
 * </pre>
 *
 * The Java is what stands in {@code RouteBuilder.configure()}, and the YAML a file of Camel's YAML DSL. Imports that the Java needs
 * are in the block {@code [#imports]} of the document, or in the first lines of the sample.
 */
public final class DocumentedRoutes {

    private static final String IMPORTS = "imports";
    private static final Pattern BLOCK = Pattern.compile(
            "(?:^\\[#(?<id>[\\w-]+)]\n)?^\\[source,(?<language>java|yaml)]\n----\n(?<text>.*?)^----$",
            Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("^import .*;$", Pattern.MULTILINE);

    private final Map<String, Sample> samples;
    private final List<String> unnamed;

    private DocumentedRoutes(Map<String, Sample> samples, List<String> unnamed) {
        this.samples = samples;
        this.unnamed = unnamed;
    }

    /**
     * One sample in both languages.
     *
     * @param id      its anchor in the document
     * @param imports the imports that the document states for all samples, and those of this one
     * @param java    statements of {@code configure()}; empty if the document has none
     * @param yaml    a file of the YAML DSL; empty if the document has none
     */
    public record Sample(String id, String imports, String java, String yaml) {

        /** Adds the routes to the context, from the text of the language: {@code java}, which is compiled, or {@code yaml}. */
        public void addTo(CamelContext context, String language) throws Exception {
            String name = "Sample_" + id.replace('-', '_');
            String source = switch (language) {
                case "java" -> """
                        %s
                        public class %s extends org.apache.camel.builder.RouteBuilder {
                            @Override
                            public void configure() throws Exception {
                        %s
                            }
                        }
                        """.formatted(imports, name, required(language, java));
                case "yaml" -> required(language, yaml);
                default -> throw new IllegalArgumentException("Samples are in java and yaml, not in " + language);
            };
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(name + "." + language, source));
        }

        private String required(String language, String text) {
            if (text.isEmpty()) {
                throw new IllegalStateException("The sample " + id + " is not in the document in " + language);
            }
            return text;
        }

        private Sample with(String yamlText) {
            return new Sample(id, imports, java, yamlText);
        }
    }

    /** Reads the samples of an AsciiDoc file. */
    public static DocumentedRoutes of(Path adoc) throws IOException {
        String document = Files.readString(adoc);
        Map<String, Sample> samples = new LinkedHashMap<>();
        List<String> unnamed = new ArrayList<>();
        String imports = "";
        String current = null;
        Matcher block = BLOCK.matcher(document);
        while (block.find()) {
            String id = block.group("id");
            String text = block.group("text");
            boolean java = block.group("language").equals("java");
            if (IMPORTS.equals(id)) {
                imports = text;
                current = null;
            } else if (id != null) {
                Sample sample = java
                        ? new Sample(id, imports + importsOf(text), IMPORT.matcher(text).replaceAll(""), "")
                        : new Sample(id, imports, "", text);
                if (samples.put(id, sample) != null) {
                    throw new IllegalStateException(adoc + " has two samples " + id);
                }
                current = java ? id : null;
            } else if (!java && current != null) {
                samples.computeIfPresent(current, (key, sample) -> sample.with(text));
                current = null;
            } else {
                unnamed.add(text);
                current = null;
            }
        }
        return new DocumentedRoutes(samples, unnamed);
    }

    private static String importsOf(String text) {
        return IMPORT.matcher(text).results().map(found -> found.group() + "\n").collect(Collectors.joining());
    }

    /** The ids of all samples, in the order of the document. */
    public Set<String> ids() {
        return Collections.unmodifiableSet(samples.keySet());
    }

    public Sample sample(String id) {
        Sample sample = samples.get(id);
        if (sample == null) {
            throw new IllegalArgumentException("There is no sample " + id + " in the document, but " + samples.keySet());
        }
        return sample;
    }

    /** The blocks in Java and YAML that belong to no sample. */
    public List<String> unnamed() {
        return Collections.unmodifiableList(unnamed);
    }
}
