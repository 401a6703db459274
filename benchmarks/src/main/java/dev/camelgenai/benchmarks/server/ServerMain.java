package dev.camelgenai.benchmarks.server;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import dev.camelgenai.benchmarks.ArrivalCounter;
import dev.camelgenai.benchmarks.Json;

/**
 * The counting server as a process of its own. First line of its output: {@link Listening}; then a {@link ServerReport} for each
 * line of its input, a {@link ServerCommand}. Ends with its input, and so with the process that started it.
 */
public final class ServerMain {

    /** The server is there. */
    public record Listening(int port) {
    }

    private ServerMain() {
    }

    /**
     * @param arguments the file to write the trust store to, the number of event loops, and the file of the {@link ArrivalCounter}
     */
    public static void main(String[] arguments) throws Exception {
        ServerCertificate certificate = ServerCertificate.create();
        certificate.writeTrustStore(Path.of(arguments[0]));
        try (CountingServer server = new CountingServer(certificate.keys(), Integer.parseInt(arguments[1]),
                new ArrivalCounter(Path.of(arguments[2])));
                BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(Json.write(new Listening(server.port())));
            String line;
            while ((line = commands.readLine()) != null) {
                ServerCommand command = Json.read(line, ServerCommand.class);
                switch (command.kind()) {
                    case BEGIN -> server.begin(command.mode(), command.audioBytes());
                    case STOP_SOURCE -> server.stopSource();
                    case REPORT -> {
                        // told below
                    }
                }
                System.out.println(Json.write(server.report()));
            }
        }
    }
}
