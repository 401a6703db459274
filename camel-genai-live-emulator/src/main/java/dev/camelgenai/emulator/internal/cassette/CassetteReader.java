package dev.camelgenai.emulator.internal.cassette;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.internal.cassette.CassetteEvent.Side;
import io.vertx.core.buffer.Buffer;

/** Reads one cassette. Used once, on one thread; blocks. */
public final class CassetteReader {

    private static final Logger LOG = System.getLogger(CassetteReader.class.getName());

    /** What is wrong in a line, without saying where. */
    private static final class BadLine extends Exception {

        private static final long serialVersionUID = 1L;

        BadLine(String message) {
            super(message);
        }
    }

    private record Opening(CassetteEvent.Opened event, List<CassetteEvent> others) {
    }

    private final Path file;
    private final Map<Integer, Opening> sessions = new LinkedHashMap<>();
    private final Set<Integer> ended = new HashSet<>();
    private final List<String> ignored = new ArrayList<>();
    private int number;

    private CassetteReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a cassette.
     *
     * @throws CassetteException if the file cannot be read or is no cassette
     */
    public static Cassette read(Path file) throws CassetteException {
        return new CassetteReader(file).read();
    }

    private Cassette read() throws CassetteException {
        // one character per byte: the lines are wanted as bytes
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            boolean cutOff = !endsWithLineBreak();
            String line = lines.readLine();
            if (line == null) {
                throw new CassetteException(file + " is empty; record it again", null);
            }
            while (line != null) {
                String following = lines.readLine();
                number++;
                read(line.getBytes(StandardCharsets.ISO_8859_1), following == null && cutOff);
                line = following;
            }
        } catch (NoSuchFileException e) {
            throw new CassetteException(file + " does not exist; record it first", e);
        } catch (IOException e) {
            throw new CassetteException(file + " cannot be read: " + e, e);
        }
        return new Cassette(sessions.values().stream().map(opening -> new Cassette.Session(opening.event().session(),
                opening.event().path(), opening.event().service(), opening.others())).toList(), ignored);
    }

    private boolean endsWithLineBreak() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() > 0 && channel.position(channel.size() - 1).read(last) == 1 && last.get(0) == '\n';
        }
    }

    /**
     * @param cutOff whether the recording may have been killed within this line
     */
    private void read(byte[] line, boolean cutOff) throws CassetteException {
        try {
            if (number == 1) {
                readHeader(line);
            } else {
                readEvent(line);
            }
        } catch (JsonProcessingException e) {
            if (cutOff && number > 1) {
                LOG.log(Level.WARNING, "{0}, line {1}: the recording was killed here; all before is used", file, number);
                return;
            }
            // Jackson's own text quotes the input
            throw bad("not JSON, or cut off, after " + e.getLocation().getByteOffset() + " bytes", e);
        } catch (BadLine e) {
            throw bad(e.getMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw bad("not readable: " + e, e);
        }
    }

    private CassetteException bad(String what, Exception cause) {
        return new CassetteException(file + ", line " + number + ": " + what, cause);
    }

    private void readHeader(byte[] line) throws IOException, BadLine {
        JsonNode header = CassetteFormat.LINES.readTree(line);
        if (!CassetteFormat.FORMAT_NAME.equals(header.path(CassetteFormat.FORMAT).asText())) {
            throw new BadLine("this is no cassette; its first line would be {\"" + CassetteFormat.FORMAT + "\":\""
                    + CassetteFormat.FORMAT_NAME + "\",\"" + CassetteFormat.VERSION + "\":"
                    + CassetteFormat.CURRENT_VERSION + '}');
        }
        if (header.path(CassetteFormat.VERSION).asInt() != CassetteFormat.CURRENT_VERSION) {
            throw new BadLine("version " + header.path(CassetteFormat.VERSION) + " of the format, this emulator knows version "
                    + CassetteFormat.CURRENT_VERSION + "; record it again");
        }
        header.path(CassetteFormat.IGNORE).forEach(path -> ignored.add(path.asText()));
    }

    private void readEvent(byte[] line) throws IOException, BadLine {
        Fields fields = Fields.read(line);
        int session = (int) fields.number(CassetteFormat.SESSION);
        long millis = fields.number(CassetteFormat.MILLIS);
        String event = fields.text(CassetteFormat.EVENT);
        switch (event) {
            case CassetteFormat.OPEN -> open(new CassetteEvent.Opened(session, millis, fields.text(CassetteFormat.PATH),
                    EmulatedService.valueOf(fields.text(CassetteFormat.SERVICE))));
            case CassetteFormat.CLIENT -> add(new CassetteEvent.Message(session, millis, Side.CLIENT, fields.payload()));
            case CassetteFormat.SERVER -> add(new CassetteEvent.Message(session, millis, Side.SERVER, fields.payload()));
            case CassetteFormat.CLIENT_CLOSE -> end(closed(session, millis, Side.CLIENT, fields));
            case CassetteFormat.SERVER_CLOSE -> end(closed(session, millis, Side.SERVER, fields));
            case CassetteFormat.LOST -> end(new CassetteEvent.Lost(session, millis,
                    "server".equals(fields.text(CassetteFormat.BY)) ? Side.SERVER : Side.CLIENT));
            default -> throw new BadLine("there is no event '" + event + '\'');
        }
    }

    private static CassetteEvent closed(int session, long millis, Side by, Fields fields) throws BadLine {
        return new CassetteEvent.Closed(session, millis, by, (int) fields.number(CassetteFormat.CODE),
                fields.text(CassetteFormat.REASON));
    }

    private void open(CassetteEvent.Opened event) throws BadLine {
        if (sessions.putIfAbsent(event.session(), new Opening(event, new ArrayList<>())) != null) {
            throw new BadLine("session " + event.session() + " was opened before");
        }
    }

    private void add(CassetteEvent event) throws BadLine {
        Opening opening = sessions.get(event.session());
        if (opening == null) {
            throw new BadLine("session " + event.session() + " was not opened before");
        }
        if (ended.contains(event.session())) {
            throw new BadLine("session " + event.session() + " has ended before");
        }
        opening.others().add(event);
    }

    private void end(CassetteEvent event) throws BadLine {
        add(event);
        ended.add(event.session());
    }

    /** The fields of a line; a message in it stays what it is, text. */
    private record Fields(Map<String, String> texts, Map<String, Long> numbers, Buffer message) {

        static Fields read(byte[] line) throws IOException, BadLine {
            Map<String, String> texts = new LinkedHashMap<>();
            Map<String, Long> numbers = new LinkedHashMap<>();
            Buffer message = null;
            try (JsonParser parser = CassetteFormat.LINES.getFactory().createParser(line)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new BadLine("not a JSON object");
                }
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    JsonToken value = parser.nextToken();
                    int start = (int) parser.currentTokenLocation().getByteOffset();
                    if (value == JsonToken.VALUE_STRING) {
                        texts.put(name, parser.getText());
                    } else if (value == JsonToken.VALUE_NUMBER_INT) {
                        numbers.put(name, parser.getLongValue());
                    } else {
                        parser.skipChildren();
                    }
                    if (CassetteFormat.MESSAGE.equals(name) && value == JsonToken.START_OBJECT) {
                        int end = (int) parser.currentLocation().getByteOffset();
                        message = Buffer.buffer(end - start).appendBytes(line, start, end - start);
                    }
                }
                if (parser.nextToken() != null) {
                    throw new BadLine("more than one JSON object");
                }
            }
            return new Fields(texts, numbers, message);
        }

        String text(String name) throws BadLine {
            String text = texts.get(name);
            if (text == null) {
                throw new BadLine("the field '" + name + "' is missing, or not a string");
            }
            return text;
        }

        long number(String name) throws BadLine {
            Long value = numbers.get(name);
            if (value == null) {
                throw new BadLine("the field '" + name + "' is missing, or not an integer");
            }
            return value;
        }

        Buffer payload() throws BadLine {
            if (message != null) {
                return message;
            }
            if (texts.containsKey(CassetteFormat.TEXT)) {
                return Buffer.buffer(texts.get(CassetteFormat.TEXT));
            }
            if (texts.containsKey(CassetteFormat.BASE64)) {
                return Buffer.buffer(Base64.getDecoder().decode(texts.get(CassetteFormat.BASE64)));
            }
            throw new BadLine("a message has one of the fields '" + CassetteFormat.MESSAGE + "', '" + CassetteFormat.TEXT
                    + "' and '" + CassetteFormat.BASE64 + '\'');
        }
    }
}
