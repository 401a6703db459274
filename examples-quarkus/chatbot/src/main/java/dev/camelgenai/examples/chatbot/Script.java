package dev.camelgenai.examples.chatbot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LiveTurn;

/** A conversation without a user: what {@code conversation.txt} says, line by line. */
@ApplicationScoped
public class Script {

    private static final String FILE = "/conversation.txt";
    private static final String CONVERSATION = "script";
    private static final String COMMENT = "#";
    /** Before the name of a WAV file on the class path, which is played to the bot. */
    private static final String SPEECH = "wav:";

    private final Bot bot;

    Script(Bot bot) {
        this.bot = bot;
    }

    /**
     * @throws IOException when a file of the script cannot be read, or the spoken reply not be written
     */
    void play(PrintWriter out) throws IOException {
        List<String> lines = new String(read(FILE), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.isBlank() && !line.startsWith(COMMENT)).toList();
        for (String line : lines) {
            out.println("You: " + line);
            try {
                if (line.startsWith(SPEECH)) {
                    speak(line.substring(SPEECH.length()).strip(), out);
                } else {
                    out.println("Bot: " + bot.say(CONVERSATION, line));
                }
            } catch (GenAiLiveException e) {
                out.println("Bot: (no answer) " + e.getMessage());
            }
            out.flush();
        }
    }

    private void speak(String wav, PrintWriter out) throws IOException {
        LiveTurn turn = bot.speak(CONVERSATION, read('/' + wav));
        byte[] reply = SpokenReply.toWav(turn);
        Path file = Files.write(replyFile(), reply);
        out.println("Bot: " + turn.answer().orElse("(no words)"));
        out.printf(Locale.ROOT, "     %.2f s of spoken reply: %s%n",
                Wav.duration(turn.audio(), turn.audioMimeType().orElseThrow()).toMillis() / 1000.0, file.toAbsolutePath());
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
