package dev.camelgenai.emulator.internal.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.internal.audio.Pcm;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;

/** Makes the messages that words and sounds become, as the setup wants them; lazily, as they are taken. Stateless. */
final class Speech {

    /**
     * A message with content.
     *
     * @param transcript        the words that it adds to what the model has said
     * @param characters        of text that the model generated
     * @param audioBytes        of 24 kHz PCM
     * @param thoughtCharacters of thoughts
     */
    record Piece(ObjectNode message, String transcript, int characters, int audioBytes, int thoughtCharacters) {

        private static Piece text(String text) {
            return new Piece(ServerMessages.text(text), text, text.length(), 0, 0);
        }

        private static Piece audio(byte[] pcm, int from, int to) {
            return new Piece(ServerMessages.audio(pcm, from, to), "", 0, to - from, 0);
        }

        private static Piece thought(String text) {
            return new Piece(ServerMessages.thought(text), "", 0, 0, text.length());
        }

        private static Piece transcription(String text) {
            return new Piece(ServerMessages.outputTranscription(text), text, 0, 0, 0);
        }

        private Piece with(Piece second) {
            return new Piece(ServerMessages.merge(message, second.message), transcript + second.transcript,
                    characters + second.characters, audioBytes + second.audioBytes,
                    thoughtCharacters + second.thoughtCharacters);
        }

        /** The same message, with which words are said. */
        private Piece saying(String words) {
            return new Piece(message, words, characters, audioBytes, thoughtCharacters);
        }

        double millis() {
            return 1000.0 * audioBytes / (Pcm.OUTPUT_RATE * Pcm.SAMPLE_BYTES);
        }
    }

    private static final int CHUNK_MILLIS = 40;
    private static final int CHARACTER_MILLIS = 60;
    /** Two minutes: a pasted book must not become hours of tone. */
    private static final int MAX_TONE_CHUNKS = 120_000 / CHUNK_MILLIS;
    private static final Pattern WORD = Pattern.compile("\\S+\\s*|\\s+");

    private record Word(int offset, String text) {
    }

    private final Setup setup;
    private final Manners manners;

    Speech(Setup setup, Manners manners) {
        this.setup = setup;
        this.manners = manners;
    }

    Iterator<Piece> thought(String thought) {
        return setup.thoughts() ? List.of(Piece.thought(thought)).iterator() : List.<Piece>of().iterator();
    }

    Iterator<Piece> words(String text) {
        if (setup.text()) {
            return split(text).stream().map(word -> Piece.text(word.text())).iterator();
        }
        int chunks = toneChunks(text);
        return spoken(IntStream.range(0, chunks).mapToObj(chunk -> {
            byte[] pcm = Pcm.tone(text, chunk);
            return Piece.audio(pcm, 0, pcm.length);
        }), chunks, text);
    }

    Iterator<Piece> sound(byte[] pcm, String transcript) {
        if (setup.text()) {
            return words(transcript);
        }
        int chunks = (pcm.length + Pcm.CHUNK_BYTES - 1) / Pcm.CHUNK_BYTES;
        return spoken(IntStream.range(0, chunks).mapToObj(i -> Piece.audio(pcm, i * Pcm.CHUNK_BYTES,
                Math.min(pcm.length, (i + 1) * Pcm.CHUNK_BYTES))), chunks, transcript);
    }

    /**
     * Chunks of sound, and before each chunk the words that begin in it, unless a fault has another order or nobody wants them.
     */
    private Iterator<Piece> spoken(Stream<Piece> sound, int chunks, String text) {
        boolean told = setup.outputTranscription();
        Stream<Piece> whole = Stream.of(Piece.transcription(text));
        if (told && manners.transcriptionFirst() && !text.isEmpty()) {
            return Stream.concat(whole, sound).iterator();
        }
        if (told && manners.transcriptionLast() && !text.isEmpty()) {
            return Stream.concat(sound, whole).iterator();
        }
        boolean bundled = manners.bundled();
        List<Word> words = split(text);
        int[] next = { 0 };
        int[] chunk = { 0 };
        return sound.flatMap(piece -> {
            StringBuilder begun = new StringBuilder();
            int current = chunk[0]++;
            while (next[0] < words.size() && chunkOf(words.get(next[0]), chunks, text) <= current) {
                begun.append(words.get(next[0]++).text());
            }
            if (begun.isEmpty()) {
                return Stream.of(piece);
            }
            if (!told) {
                return Stream.of(piece.saying(begun.toString()));
            }
            Piece transcription = Piece.transcription(begun.toString());
            return bundled ? Stream.of(transcription.with(piece)) : Stream.of(transcription, piece);
        }).iterator();
    }

    private static int chunkOf(Word word, int chunks, String text) {
        return (int) Math.min(chunks - 1L, (long) word.offset() * chunks / text.length());
    }

    private static int toneChunks(String text) {
        long chunks = ((long) text.length() * CHARACTER_MILLIS + CHUNK_MILLIS - 1) / CHUNK_MILLIS;
        return (int) Math.max(1, Math.min(MAX_TONE_CHUNKS, chunks));
    }

    private static List<Word> split(String text) {
        List<Word> words = new ArrayList<>();
        for (Matcher matcher = WORD.matcher(text); matcher.find();) {
            words.add(new Word(matcher.start(), matcher.group()));
        }
        return words;
    }
}
