package dev.camelgenai.live;

import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The calls of Google's SDK in docs/coming-from-the-sdk.adoc, compiled as they stand there: the blocks {@code [source,java,role=sdk]}
 * of a numbered section are the body of a method of {@link SdkBlock}, and the one {@code [source,java,role=bean]} is a class.
 */
final class SdkBlocks implements AutoCloseable {

    /** The name of the class that the document shows. */
    static final String BEAN = "Weather";

    private static final Pattern HEADING = Pattern.compile("^=== ((\\d+)\\. .*)$", Pattern.MULTILINE);
    private static final Pattern NEXT_HEADING = Pattern.compile("^={2,3} ", Pattern.MULTILINE);
    private static final Pattern BLOCK = Pattern.compile("^\\[source,java,role=(sdk|bean)]\n----\n(.*?)^----$",
            Pattern.MULTILINE | Pattern.DOTALL);

    private final Map<Integer, Section> sections;
    private final URLClassLoader classes;

    /**
     * @param number of the code block of the SDK's guide
     * @param title  with the number
     */
    record Section(int number, String title, String text) {

        private String blocks(String role) {
            StringBuilder blocks = new StringBuilder();
            Matcher block = BLOCK.matcher(text);
            while (block.find()) {
                if (block.group(1).equals(role)) {
                    blocks.append(block.group(2));
                }
            }
            return blocks.toString();
        }

        /** The calls of the SDK. */
        String sdk() {
            return blocks("sdk");
        }
    }

    /**
     * @param document  the text of the guide
     * @param directory for the classes
     */
    SdkBlocks(String document, Path directory) throws IOException {
        sections = sections(document);
        String imports = sections.get(1).sdk();
        List<JavaFileObject> sources = new ArrayList<>();
        for (Section section : sections.values()) {
            if (section.number() != 1) {
                sources.add(source(name(section.number()), imports + """
                        public class %s extends dev.camelgenai.live.SdkBlock {
                            @Override
                            public void run() throws Exception {
                        %s
                            }
                        }
                        """.formatted(name(section.number()), section.sdk())));
            }
            if (!section.blocks("bean").isEmpty()) {
                sources.add(source(BEAN, imports + section.blocks("bean")));
            }
        }
        compile(sources, Files.createDirectories(directory));
        classes = new URLClassLoader(new URL[]{ url(directory) }, getClass().getClassLoader());
    }

    static Map<Integer, Section> sections(String document) {
        Map<Integer, Section> sections = new LinkedHashMap<>();
        Matcher heading = HEADING.matcher(document);
        while (heading.find()) {
            Matcher next = NEXT_HEADING.matcher(document);
            int end = next.find(heading.end()) ? next.start() : document.length();
            int number = Integer.parseInt(heading.group(2));
            sections.put(number, new Section(number, heading.group(1), document.substring(heading.end(), end)));
        }
        return sections;
    }

    private static void compile(List<JavaFileObject> sources, Path directory) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        List<String> options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", directory.toString());
        if (!compiler.getTask(complaints, null, null, options, null, sources).call()) {
            throw new AssertionError("The calls of the SDK in the document do not compile:\n" + complaints);
        }
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static String name(int number) {
        return "Block" + number;
    }

    private static URL url(Path directory) {
        try {
            return directory.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The calls of that section, not yet made. */
    SdkBlock block(int number) throws ReflectiveOperationException {
        return (SdkBlock) classes.loadClass(name(number)).getConstructor().newInstance();
    }

    /** An instance of the class that the document shows. */
    Object bean() throws ReflectiveOperationException {
        return classes.loadClass(BEAN).getConstructor().newInstance();
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }
}
