package dev.camelgenai.examples.voiceassistant;

import java.io.PrintStream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;

import dev.camelgenai.examples.service.LiveService;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Once everything is up, tells whoever has started the program which service it talks to and where the page is. */
@ApplicationScoped
public class VoiceAssistant {

    private final LiveService service;
    private final HttpServer http;
    private final String model;
    private final String host;

    VoiceAssistant(LiveService service, HttpServer http, @ConfigProperty(name = "live.model") String model,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        this.service = service;
        this.http = http;
        this.model = model;
        this.host = host;
    }

    void start(@ObservesAsync HttpServerStart started) {
        PrintStream out = System.out;
        out.println(service.description() + ", model " + model);
        out.println("Voice assistant: http://" + host + ":" + http.getPort() + "/");
    }
}
