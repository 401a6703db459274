package dev.camelgenai.benchmarks.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import dev.camelgenai.benchmarks.ArrivalCounter;
import dev.camelgenai.benchmarks.Json;
import dev.camelgenai.benchmarks.peer.Peer;
import dev.camelgenai.benchmarks.peer.Peers;
import dev.camelgenai.benchmarks.peer.Target;

/**
 * A client as a process of its own: one peer under one workload. Reads a {@link ClientSpec}, writes {@link ClientEvent}s, and ends
 * when its input does, and so with the process that started it.
 */
public final class ClientMain {

    private static final int SPARE_SESSIONS = 100;

    private ClientMain() {
    }

    public static void main(String[] arguments) throws Exception {
        // also in the middle of a load
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
        BufferedReader harness = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ClientSpec spec = Json.read(harness.readLine(), ClientSpec.class);
        try {
            run(spec, harness);
        } catch (Exception e) {
            e.printStackTrace();
            tell(new ClientEvent(ClientEvent.Kind.FAILED, null, e.toString()));
        }
        // peers that leave threads behind would keep the process
        System.exit(0);
    }

    private static void run(ClientSpec spec, BufferedReader harness) throws Exception {
        try (Peer peer = Peers.create(spec.peer(), new Target(spec.port()), spec.workload().sessions() + SPARE_SESSIONS)) {
            Load load = new Load(spec, peer, new ArrivalCounter(Path.of(spec.arrivals())), new Load.Listener() {
                @Override
                public void measuring() {
                    tell(ClientEvent.of(ClientEvent.Kind.MEASURING));
                }

                @Override
                public void measured() {
                    tell(ClientEvent.of(ClientEvent.Kind.MEASURED));
                }
            });
            load.run();
            tell(ClientEvent.of(ClientEvent.Kind.STOPPED));
            ClientEvent.Drain drain = Json.read(line(harness), ClientEvent.Drain.class);
            tell(new ClientEvent(ClientEvent.Kind.RESULT, load.result(drain.sourceSent()), null));
            line(harness);
            load.closeAll();
        }
    }

    private static String line(BufferedReader harness) throws IOException {
        String line = harness.readLine();
        if (line == null) {
            throw new IOException("The harness is gone");
        }
        return line;
    }

    private static void tell(ClientEvent event) {
        System.out.println(Json.write(event));
    }
}
