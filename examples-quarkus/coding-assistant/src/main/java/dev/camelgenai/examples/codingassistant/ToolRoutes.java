package dev.camelgenai.examples.codingassistant;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/**
 * What the model can see of the project. Whatever it asks for, the {@link Workspace} decides; a refusal is a result with an
 * {@code error}, so that the model can tell the user or try something else.
 */
@ApplicationScoped
public class ToolRoutes extends RouteBuilder {

    private final ProjectDirectory project;

    ToolRoutes(ProjectDirectory project) {
        this.project = project;
    }

    @Override
    public void configure() {
        Workspace workspace = project.workspace();
        onException(RefusedException.class).handled(true)
                .setBody(exchange -> Map.of("error",
                        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, RefusedException.class).getMessage()));

        from("genai-live-tool:listFiles?tags=coding&behavior=BLOCKING&timeout=15s&maxConcurrent=4"
                + "&description=Lists what is in a directory of the project"
                + "&parameter.directory=string&parameter.directory.description=Relative to the project, such as src/test;"
                + " without it the project itself is listed")
                .routeId("tool-list-files")
                .process(exchange -> exchange.getMessage().setBody(workspace.list(directory(exchange))));

        from("genai-live-tool:readFile?tags=coding&behavior=BLOCKING&timeout=15s&maxConcurrent=4"
                + "&description=Reads a text file of the project, some hundred lines at a time"
                + "&parameter.path=string&parameter.path.required=true"
                + "&parameter.path.description=Relative to the project, such as src/Main.java"
                + "&parameter.firstLine=integer&parameter.firstLine.description=Where to begin, 1 if not given")
                .routeId("tool-read-file")
                .process(exchange -> {
                    Message message = exchange.getMessage();
                    String path = message.getHeader("path", String.class);
                    message.setBody(workspace.read(path, message.getHeader("firstLine", 1, Integer.class)));
                });

        from("genai-live-tool:searchFiles?tags=coding&behavior=BLOCKING&timeout=15s&maxConcurrent=2"
                + "&description=Searches the text files of the project for words, and tells the lines that have them"
                + "&parameter.directory=string&parameter.directory.description=Searches below it only, such as src"
                + "&parameter.text=string&parameter.text.required=true"
                + "&parameter.text.description=The very words, upper or lower case; no regular expression")
                .routeId("tool-search-files")
                .process(exchange -> {
                    Message message = exchange.getMessage();
                    message.setBody(workspace.search(message.getHeader("text", String.class), directory(exchange)));
                });
    }

    private static String directory(Exchange exchange) {
        return exchange.getMessage().getHeader("directory", ".", String.class);
    }
}
