package dev.camelgenai.examples.chatbot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LiveTurn;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A conversation without a user: what {@code conversation.txt} says, line by line. */
@ApplicationScoped
public class Script {

    private static final String FILE = "/conversation.txt";
    private static final String CONVERSATION = "script";
    private static final String COMMENT = "#";
    /** Before the name of a WAV file on the class path, which is played to the bot. */
    private static final String SPEECH = "wav:";
    /** Until the bot says something by itself; it has no reason to unless it has called a tool. */
    private static final String WAIT = "wait:";

    private final Bot bot;
    private final UnsolicitedTurns unsolicited;
    private final Duration patience;

    Script(Bot bot, UnsolicitedTurns unsolicited, @ConfigProperty(name = "chatbot.turn-timeout") Duration patience) {
        this.bot = bot;
        this.unsolicited = unsolicited;
        this.patience = patience;
    }

    /**
     * @throws IOException          when a file of the script cannot be read, or the spoken reply not be written
     * @throws InterruptedException when the thread is interrupted
     */
    void play(PrintWriter out) throws IOException, InterruptedException {
        List<String> lines = new String(read(FILE), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.isBlank() && !line.startsWith(COMMENT)).toList();
        Transcript transcript = new Transcript(out);
        boolean toolsCalled = false;
        for (String line : lines) {
            if (!line.startsWith(WAIT)) {
                toolsCalled |= say(line, transcript);
            } else if (toolsCalled) {
                unsolicited.await(TerminalRoutes.GROUP, CONVERSATION, patience).ifPresent(transcript::bot);
            }
        }
    }

    /** @return whether the bot has called tools */
    private boolean say(String line, Transcript transcript) throws IOException {
        transcript.user(line);
        try {
            if (line.startsWith(SPEECH)) {
                speak(line.substring(SPEECH.length()).strip(), transcript);
                return false;
            }
            LiveTurn turn = bot.say(CONVERSATION, line);
            transcript.bot(turn);
            return !turn.functionCalls().isEmpty();
        } catch (GenAiLiveException e) {
            transcript.bot(e);
            return false;
        }
    }

    private void speak(String wav, Transcript transcript) throws IOException {
        LiveTurn turn = bot.speak(CONVERSATION, read('/' + wav));
        byte[] reply = SpokenReply.toWav(turn);
        Path file = Files.write(replyFile(), reply);
        transcript.bot(turn);
        transcript.note(String.format(Locale.ROOT, "%.2f s of spoken reply: %s",
                SpokenReply.duration(turn).toMillis() / 1000.0, file.toAbsolutePath()));
    }

    private static Path replyFile() throws IOException {
        Path target = Path.of("target");
        // a name of its own in the directory that all users share
        return Files.isDirectory(target) ? target.resolve("reply.wav") : Files.createTempFile("reply", ".wav");
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("There is no " + resource + " on the class path");
            }
            return in.readAllBytes();
        }
    }
}
