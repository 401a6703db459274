package dev.camelgenai.examples.codingassistant;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.examples.service.TerminalConsole;
import io.quarkus.runtime.Quarkus;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Once the routes run, talks to whoever sits at the terminal, or else plays the script; then the program ends. */
@ApplicationScoped
public class CodingAssistant {

    private static final Logger LOG = Logger.getLogger(CodingAssistant.class);

    private final LiveService service;
    private final ProjectDirectory project;
    private final Terminal terminal;
    private final Script script;
    private final String model;
    private final boolean enabled;

    CodingAssistant(LiveService service, ProjectDirectory project, Terminal terminal, Script script,
            @ConfigProperty(name = "live.model") String model, @ConfigProperty(name = "coding.console") boolean enabled) {
        this.service = service;
        this.project = project;
        this.terminal = terminal;
        this.script = script;
        this.model = model;
        this.enabled = enabled;
    }

    void start(@Observes AfterStart started) {
        if (enabled) {
            Thread conversation = new Thread(this::converse, "conversation");
            // whoever waits for a line must not keep a stopped application alive
            conversation.setDaemon(true);
            conversation.start();
        }
    }

    private void converse() {
        int exitCode = 1;
        try {
            Optional<Console> console = TerminalConsole.find();
            PrintWriter out = console.map(Console::writer).orElseGet(() -> new PrintWriter(System.out, true));
            out.println(service.description() + ", model " + model);
            out.println(project.description());
            if (console.isPresent()) {
                out.println("Ask about the code; exit ends the program");
                terminal.talk(prompt -> console.get().readLine("%s", prompt), out);
            } else {
                script.play(out);
            }
            exitCode = 0;
        } catch (IOException | RuntimeException e) {
            LOG.error("The conversation broke off", e);
        } finally {
            Quarkus.asyncExit(exitCode);
        }
    }
}
