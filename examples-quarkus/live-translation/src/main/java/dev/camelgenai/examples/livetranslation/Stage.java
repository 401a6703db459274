package dev.camelgenai.examples.livetranslation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import io.smallrye.mutiny.subscription.Cancellable;
import org.apache.camel.ProducerTemplate;

/** A talk that is given in this process, by whoever types or by a script; the program itself listens in all languages. */
@ApplicationScoped
public class Stage {

    static final String TALK = "stage";

    private static final String SCRIPT = "/talk.txt";
    private static final String COMMENT = "#";
    /** Before the name of a WAV file on the class path, which is played to the interpreters. */
    private static final String SPEECH = "wav:";
    private static final String PROMPT = "You: ";

    private final Audience audience;
    private final TranslationConfig config;
    private final ProducerTemplate template;

    Stage(Audience audience, TranslationConfig config, ProducerTemplate template) {
        this.audience = audience;
        this.config = config;
        this.template = template;
    }

    /** Listens in one language, to whole sentences. */
    private record Seat(String language, BlockingQueue<Caption> heard, Cancellable listening) {

        void leave() {
            listening.cancel();
        }
    }

    /**
     * Gives the talk that the script has.
     *
     * @throws IOException          when a file of the script cannot be read
     * @throws InterruptedException when the thread is interrupted
     */
    void playScript(PrintWriter out) throws IOException, InterruptedException {
        List<Seat> seats = takeSeats();
        try {
            for (String line : new String(read(SCRIPT), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank() && !line.startsWith(COMMENT)) {
                    out.println(PROMPT + line);
                    present(line, seats, out);
                }
            }
        } finally {
            seats.forEach(Seat::leave);
        }
    }

    /**
     * Until the user says {@code exit} or the input ends.
     *
     * @param lines prompts for a line; {@code null} is the end of the input
     */
    void talk(UnaryOperator<String> lines, PrintWriter out) throws IOException, InterruptedException {
        List<Seat> seats = takeSeats();
        try {
            String line = lines.apply(PROMPT);
            while (line != null && !"exit".equalsIgnoreCase(line.strip())) {
                if (!line.isBlank()) {
                    present(line, seats, out);
                }
                line = lines.apply(PROMPT);
            }
        } finally {
            seats.forEach(Seat::leave);
        }
    }

    private List<Seat> takeSeats() {
        List<Seat> seats = new ArrayList<>();
        for (String language : config.languages().keySet().stream().sorted().toList()) {
            BlockingQueue<Caption> heard = new LinkedBlockingQueue<>(config.maxWaitingCaptions());
            seats.add(new Seat(language, heard, audience.listen(new Booth(TALK, language))
                    .filter(caption -> caption.kind() == Caption.Kind.translation || caption.kind() == Caption.Kind.trouble)
                    .subscribe().with(heard::offer)));
        }
        return seats;
    }

    private void present(String line, List<Seat> seats, PrintWriter out) throws IOException, InterruptedException {
        if (line.startsWith(SPEECH)) {
            byte[] wav = read('/' + line.substring(SPEECH.length()).strip());
            template.sendBodyAndHeader(SpeakerRoutes.PLAY, wav, GenAiLiveConstants.SESSION_KEY, TALK);
        } else {
            template.sendBodyAndHeader(SpeakerRoutes.SAY, line, GenAiLiveConstants.SESSION_KEY, TALK);
        }
        for (Seat seat : seats) {
            Caption caption = seat.heard().poll(config.turnTimeout().toMillis(), TimeUnit.MILLISECONDS);
            out.println("  " + seat.language() + ": " + (caption == null
                    ? "(nothing)"
                    : caption.kind() == Caption.Kind.trouble ? "(failed) " + caption.text() : caption.text()));
        }
        out.flush();
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = Stage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("There is no " + resource + " on the class path");
            }
            return in.readAllBytes();
        }
    }
}
