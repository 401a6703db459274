package dev.camelgenai.examples.contentmoderation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.ProducerTemplate;

/** Posts without HTTP: those of {@code posts.txt}, or of whoever types. */
@ApplicationScoped
public class Script {

    private static final String FILE = "/posts.txt";
    private static final String COMMENT = "#";
    private static final String PROMPT = "Post: ";

    private final Board board;
    private final ProducerTemplate template;

    Script(Board board, ProducerTemplate template) {
        this.board = board;
        this.template = template;
    }

    /**
     * @throws IOException when the script cannot be read
     */
    void play(PrintWriter out) throws IOException {
        for (String line : text().lines().toList()) {
            if (!line.isBlank() && !line.startsWith(COMMENT)) {
                int colon = line.indexOf(':');
                out.println(line);
                post(line.substring(0, colon), line.substring(colon + 1).strip(), out);
            }
        }
    }

    /**
     * Until the user says {@code exit} or the input ends.
     *
     * @param lines prompts for a line; {@code null} is the end of the input
     */
    void talk(UnaryOperator<String> lines, PrintWriter out) {
        String line = lines.apply(PROMPT);
        while (line != null && !"exit".equalsIgnoreCase(line.strip())) {
            if (!line.isBlank()) {
                post("you", line, out);
            }
            line = lines.apply(PROMPT);
        }
    }

    private void post(String author, String text, PrintWriter out) {
        Post post = board.add(author, text);
        CompletableFuture<Judged> verdict = board.find(post.id()).orElseThrow();
        template.sendBody(PostRoutes.SUBMIT, post);
        // every post gets a verdict: the turn has a time-out, and what fails is "review"
        out.println("  " + verdict.join().verdict());
        out.flush();
    }

    private static String text() throws IOException {
        try (InputStream in = Script.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new FileNotFoundException("There is no " + FILE + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
