package dev.camelgenai.emulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.internal.audio.Pcm;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.scenario.Reply;

/** Turns an answer into messages of the server. State changes on the event loop of the session only. */
final class SessionReply implements Reply {

    private static final int CHUNK_MILLIS = 40;
    private static final int CHARACTER_MILLIS = 60;
    /** Two minutes: a pasted book must not become hours of tone. */
    private static final int MAX_TONE_CHUNKS = 120_000 / CHUNK_MILLIS;
    private static final Pattern WORD = Pattern.compile("\\S+\\s*|\\s+");

    private record Word(int offset, String text) {
    }

    private final LiveSession session;
    private final Setup setup;
    private Optional<String> inputTranscript;
    private boolean complete;

    /**
     * @param inputTranscript what the user said, to be sent with the first sign of life
     */
    SessionReply(LiveSession session, Setup setup, Optional<String> inputTranscript) {
        this.session = session;
        this.setup = setup;
        this.inputTranscript = inputTranscript;
    }

    @Override
    public Reply say(String text) {
        Objects.requireNonNull(text, "text");
        return then(() -> {
            if (setup.text()) {
                session.countResponse(text.length(), 0);
                send(words(text).stream().map(word -> ServerMessages.text(word.text())));
            } else {
                int chunks = toneChunks(text);
                session.countResponse(0, chunks * Pcm.CHUNK_BYTES);
                send(tone(text, chunks));
            }
        });
    }

    @Override
    public Reply play(byte[] pcm, String transcript) {
        Objects.requireNonNull(pcm, "pcm");
        Objects.requireNonNull(transcript, "transcript");
        if (setup.text()) {
            return say(transcript);
        }
        return then(() -> {
            session.countResponse(0, pcm.length);
            Stream<ObjectNode> transcription = setup.outputTranscription()
                    ? Stream.of(ServerMessages.outputTranscription(transcript))
                    : Stream.empty();
            int chunks = (pcm.length + Pcm.CHUNK_BYTES - 1) / Pcm.CHUNK_BYTES;
            send(Stream.concat(transcription, IntStream.range(0, chunks).mapToObj(i -> ServerMessages.audio(pcm,
                    i * Pcm.CHUNK_BYTES, Math.min(pcm.length, (i + 1) * Pcm.CHUNK_BYTES)))));
        });
    }

    @Override
    public void complete() {
        then(() -> {
            complete = true;
            session.completeTurn();
        });
    }

    @Override
    public dev.camelgenai.emulator.scenario.Conversation conversation() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reply heard(String transcript) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reply think(String thought) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reply pause(java.time.Duration time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reply call(List<dev.camelgenai.emulator.scenario.ToolCall> calls,
            java.util.function.BiConsumer<List<dev.camelgenai.emulator.scenario.ToolResult>, Reply> then) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reply send(ObjectNode message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reply nextTurn() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void waitForInput() {
        throw new UnsupportedOperationException();
    }

    private Reply then(Runnable step) {
        session.execute(() -> {
            if (!complete && session.isActive()) {
                inputTranscript.ifPresent(text -> session.send(ServerMessages.inputTranscription(text)));
                inputTranscript = Optional.empty();
                step.run();
            }
        });
        return this;
    }

    private void send(Stream<ObjectNode> messages) {
        Iterator<ObjectNode> lazily = messages.iterator();
        session.send(lazily);
    }

    /** Chunks of tone, and before each chunk the words that begin in it. */
    private Stream<ObjectNode> tone(String text, int chunks) {
        List<Word> words = setup.outputTranscription() ? words(text) : List.of();
        return IntStream.range(0, chunks).boxed().flatMap(chunk -> Stream.concat(
                words.stream().filter(word -> Math.min(chunks - 1, word.offset() * CHARACTER_MILLIS / CHUNK_MILLIS) == chunk)
                        .map(word -> ServerMessages.outputTranscription(word.text())),
                Stream.of(toneChunk(text, chunk))));
    }

    private static ObjectNode toneChunk(String text, int chunk) {
        byte[] pcm = Pcm.tone(text, chunk);
        return ServerMessages.audio(pcm, 0, pcm.length);
    }

    private static int toneChunks(String text) {
        long chunks = ((long) text.length() * CHARACTER_MILLIS + CHUNK_MILLIS - 1) / CHUNK_MILLIS;
        return (int) Math.max(1, Math.min(MAX_TONE_CHUNKS, chunks));
    }

    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        for (Matcher matcher = WORD.matcher(text); matcher.find();) {
            words.add(new Word(matcher.start(), matcher.group()));
        }
        return words;
    }
}
