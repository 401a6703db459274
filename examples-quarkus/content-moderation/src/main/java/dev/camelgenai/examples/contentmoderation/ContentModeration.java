package dev.camelgenai.examples.contentmoderation;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.examples.service.TerminalConsole;
import io.quarkus.runtime.Quarkus;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Once everything is up, judges what somebody types at the terminal, or else the posts of the script. HTTP is served meanwhile. */
@ApplicationScoped
public class ContentModeration {

    private static final Logger LOG = Logger.getLogger(ContentModeration.class);

    private final LiveService service;
    private final Script script;
    private final HttpServer http;
    private final String model;
    private final String host;
    private final boolean enabled;

    ContentModeration(LiveService service, Script script, HttpServer http, @ConfigProperty(name = "live.model") String model,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "moderation.console") boolean enabled) {
        this.service = service;
        this.script = script;
        this.http = http;
        this.model = model;
        this.host = host;
        this.enabled = enabled;
    }

    void start(@ObservesAsync HttpServerStart started) {
        if (enabled) {
            Thread posts = new Thread(this::post, "posts");
            // whoever waits for a line must not keep a stopped application alive
            posts.setDaemon(true);
            posts.start();
        }
    }

    private void post() {
        try {
            Optional<Console> console = TerminalConsole.find();
            PrintWriter out = console.map(Console::writer).orElseGet(() -> new PrintWriter(System.out, true));
            String address = "http://" + host + ":" + http.getPort();
            out.println(service.description() + ", model " + model);
            out.println("HTTP: POST text to " + address + "/posts/{author}; GET /posts/{number} and /verdicts/{verdict},"
                    + " which is allow, block or review");
            if (console.isPresent()) {
                out.println("Type a post; exit ends the program");
                script.talk(prompt -> console.get().readLine("%s", prompt), out);
                Quarkus.asyncExit();
            } else {
                script.play(out);
                out.println("No terminal: serving HTTP until the process is stopped");
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The posts of the terminal broke off; HTTP is still served", e);
        }
    }
}
