package dev.camelgenai.examples.chatbot;

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

/** Once everything is up, talks to whoever sits at the terminal, or else plays the script. HTTP is served meanwhile. */
@ApplicationScoped
public class Chatbot {

    private static final Logger LOG = Logger.getLogger(Chatbot.class);

    private final LiveService service;
    private final Terminal terminal;
    private final Script script;
    private final HttpServer http;
    private final String model;
    private final String host;
    private final boolean enabled;

    Chatbot(LiveService service, Terminal terminal, Script script, HttpServer http,
            @ConfigProperty(name = "live.model") String model, @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "chatbot.console") boolean enabled) {
        this.service = service;
        this.terminal = terminal;
        this.script = script;
        this.http = http;
        this.model = model;
        this.host = host;
        this.enabled = enabled;
    }

    void start(@ObservesAsync HttpServerStart started) {
        if (enabled) {
            Thread conversation = new Thread(this::converse, "conversation");
            // whoever waits for a line must not keep a stopped application alive
            conversation.setDaemon(true);
            conversation.start();
        }
    }

    private void converse() {
        try {
            Optional<Console> console = TerminalConsole.find();
            PrintWriter out = console.map(Console::writer).orElseGet(() -> new PrintWriter(System.out, true));
            out.println(service.description() + ", model " + model);
            out.println("HTTP: POST text to http://" + host + ":" + http.getPort() + "/chat/{conversation}, a WAV file to"
                    + " /speak/{conversation}");
            if (console.isPresent()) {
                out.println("Type what you want to say; exit ends the program");
                terminal.talk(prompt -> console.get().readLine("%s", prompt), out);
                Quarkus.asyncExit();
            } else {
                script.play(out);
                out.println("No terminal: serving HTTP until the process is stopped");
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The conversation in the terminal broke off; HTTP is still served", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
