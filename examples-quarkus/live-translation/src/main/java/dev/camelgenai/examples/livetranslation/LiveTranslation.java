package dev.camelgenai.examples.livetranslation;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.examples.service.TerminalConsole;
import io.quarkus.runtime.Quarkus;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Once everything is up, whoever sits at the terminal may speak, or else the script does. HTTP is served meanwhile. */
@ApplicationScoped
public class LiveTranslation {

    private static final Logger LOG = Logger.getLogger(LiveTranslation.class);

    private final LiveService service;
    private final Stage stage;
    private final HttpServer http;
    private final TranslationConfig config;
    private final String model;
    private final String host;

    LiveTranslation(LiveService service, Stage stage, HttpServer http, TranslationConfig config,
            @ConfigProperty(name = "live.model") String model, @ConfigProperty(name = "quarkus.http.host") String host) {
        this.service = service;
        this.stage = stage;
        this.http = http;
        this.config = config;
        this.model = model;
        this.host = host;
    }

    void start(@ObservesAsync HttpServerStart started) {
        if (config.console()) {
            Thread talk = new Thread(this::talk, "talk");
            // whoever waits for a line must not keep a stopped application alive
            talk.setDaemon(true);
            talk.start();
        }
    }

    private void talk() {
        try {
            Optional<Console> console = TerminalConsole.find();
            PrintWriter out = console.map(Console::writer).orElseGet(() -> new PrintWriter(System.out, true));
            String talks = "http://" + host + ":" + http.getPort() + "/talks/{talk}";
            Map<String, String> languages = new TreeMap<>(config.languages());
            out.println(service.description() + ", model " + model);
            out.println("HTTP: POST text or a WAV file to " + talks + "; listen at " + talks + "/{language}, which is one of "
                    + languages);
            if (console.isPresent()) {
                out.println("Type what you say; exit ends the program");
                stage.talk(prompt -> console.get().readLine("%s", prompt), out);
                Quarkus.asyncExit();
            } else {
                stage.playScript(out);
                out.println("No terminal: serving HTTP until the process is stopped");
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The talk in the terminal broke off; HTTP is still served", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
