package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.RawConnection.BINARY;
import static dev.camelgenai.emulator.RawConnection.CONTINUATION;
import static dev.camelgenai.emulator.RawConnection.FIN;
import static dev.camelgenai.emulator.RawConnection.PING;
import static dev.camelgenai.emulator.RawConnection.TEXT;
import static dev.camelgenai.emulator.RawConnection.frame;
import static dev.camelgenai.emulator.RawConnection.upgrade;
import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

/** Each kind of malformed input ends its own connection, with a reason, and no other. */
class MalformedInputTest {

    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String NO_JSON = "Invalid JSON payload received. Unexpected token.";
    private static final String INVALID = "Request contains an invalid argument.";

    private final ErrorLog log = new ErrorLog();
    private GenAiLiveEmulator emulator;
    private TestClient other;

    @BeforeEach
    void start() {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).setupTimeout(Duration.ofSeconds(1)).start();
        other = TestClient.open(emulator, "'generationConfig':{'responseModalities':['TEXT']}");
    }

    @AfterEach
    void theOtherSessionTalksOn() {
        assertThat(textOf(other.send(json("{'realtimeInput':{'text':'still here'}}")).turn())).isEqualTo("still here");
        emulator.close();
        log.close();
        assertThat(log.errors()).isEmpty();
    }

    private RawConnection session() throws IOException {
        RawConnection connection = RawConnection.upgraded(emulator.port());
        connection.sendText(setup(""));
        return connection;
    }

    static Stream<Arguments> messages() {
        String nested = "[".repeat(10_000) + "]".repeat(10_000);
        return Stream.of(Arguments.of("truncated JSON", "{'clientContent':{'turns':[", 1007, NO_JSON),
                Arguments.of("no JSON at all", "hello", 1007, NO_JSON), Arguments.of("an empty message", "", 1007, NO_JSON),
                Arguments.of("two objects", "{'clientContent':{}}{'clientContent':{}}", 1007, NO_JSON),
                Arguments.of("10,000 arrays", nested, 1007, NO_JSON),
                Arguments.of("10,000 arrays in a known field", "{'clientContent':{'turns':" + nested + "}}", 1007, NO_JSON),
                Arguments.of("10,000 arrays in any field",
                        "{'toolResponse':{'functionResponses':[{'id':'1','response':" + nested + "}]}}", 1007, NO_JSON),
                Arguments.of("a duplicate key", "{'clientContent':{'turnComplete':true,'turnComplete':false}}", 1007, NO_JSON),
                Arguments.of("a number of 5,000 digits",
                        "{'clientContent':{'turnComplete':" + "9".repeat(5_000) + "}}", 1007, NO_JSON),
                Arguments.of("invalid base64",
                        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate=16000','data':'!!!!'}}}", 1007, INVALID),
                Arguments.of("base64 of the wrong length",
                        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate=16000','data':'AAAAA'}}}", 1007, INVALID),
                Arguments.of("a rate beyond all numbers",
                        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate=999999','data':'AAAA'}}}", 1007, INVALID));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void givenASession_whenAMalformedMessageComes_thenClosedWithTheReason(String name, String message, int code, String reason)
            throws IOException {
        try (RawConnection connection = session()) {
            connection.sendText(json(message));

            assertThat(connection.awaitClose()).isEqualTo(new RecordedClose(code, reason));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "'seed':9e99", "'seed':3000000000", "'seed':1.5", "'temperature':1e400", "'temperature':'NaN'",
        "'maxOutputTokens':'99999999999'", "'topK':1e39" })
    void givenANumberThatItsTypeCannotHold_whenSetup_thenClosedWith1007(String field) throws IOException {
        try (RawConnection connection = RawConnection.upgraded(emulator.port())) {
            connection.sendText(setup("'generationConfig':{" + json(field) + "}"));

            assertThat(connection.awaitClose()).isEqualTo(new RecordedClose(1007, INVALID));
        }
    }

    static Stream<Arguments> frames() {
        byte[] payload = "{}".getBytes(StandardCharsets.UTF_8);
        byte[] unmasked = { (byte) (FIN | TEXT), 2, '{', '}' };
        byte[] garbage = new byte[4096];
        new Random(7).nextBytes(garbage);
        byte[] notMinimal = { (byte) (FIN | TEXT), (byte) (0x80 | 126), 0, 2, 0, 0, 0, 0, '{', '}' };
        return Stream.of(Arguments.of("unmasked", unmasked, 1002),
                Arguments.of("a reserved bit", frame(FIN | 0x40 | TEXT, payload), 1002),
                Arguments.of("a reserved opcode", frame(FIN | 3, payload), 1002),
                Arguments.of("a reserved control opcode", frame(FIN | 0xb, payload), 1002),
                Arguments.of("a lone continuation", frame(FIN | CONTINUATION, payload), 1002),
                Arguments.of("a fragmented ping", frame(PING, payload), 1002),
                Arguments.of("a long ping", frame(FIN | PING, new byte[126]), 1002),
                Arguments.of("a length in more bytes than needed", notMinimal, 1002),
                Arguments.of("a message within a message",
                        concat(frame(TEXT, payload), frame(FIN | TEXT, payload)), 1002),
                Arguments.of("a Close frame of one byte", frame(FIN | RawConnection.CLOSE, new byte[1]), 1002),
                Arguments.of("a Close frame with an impossible code",
                        frame(FIN | RawConnection.CLOSE, new byte[]{ 3, (byte) 0xed }), 1002),
                Arguments.of("invalid UTF-8", frame(FIN | TEXT, new byte[]{ '"', (byte) 0xc3, 0x28, '"' }), 1007),
                Arguments.of("binary garbage", frame(FIN | BINARY, garbage), 1007));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void givenASession_whenAMalformedFrameComes_thenClosedWithAReason(String name, byte[] bytes, int code) throws IOException {
        try (RawConnection connection = session()) {
            connection.send(bytes);

            RecordedClose close = connection.awaitClose();
            assertThat(close.code()).isEqualTo(code);
            assertThat(close.reason()).isNotEmpty();
        }
    }

    @Test
    void givenBytesThatAreNoFrames_whenSentAfterTheUpgrade_thenTheConnectionEnds() throws IOException {
        byte[] garbage = new byte[100_000];
        new Random(42).nextBytes(garbage);
        try (RawConnection connection = session()) {
            connection.trySend(garbage);

            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void given100MBInPieces_whenSent_thenClosedWith1009LongBeforeTheEnd() throws IOException {
        try (RawConnection connection = session()) {
            connection.send(frame(TEXT, "{".getBytes(StandardCharsets.UTF_8)));
            byte[] piece = frame(CONTINUATION, new byte[1024 * 1024]);
            for (int i = 0; i < 100; i++) {
                connection.trySend(piece);
            }

            assertThat(connection.awaitClose().code()).isEqualTo(1009);
        }
    }

    static Stream<Arguments> upgrades() {
        return Stream.of(Arguments.of("no key", upgrade(DEVELOPER, ""), 426),
                Arguments.of("HTTP/1.0", upgrade(DEVELOPER, KEY).replace("HTTP/1.1", "HTTP/1.0"), 426),
                Arguments.of("no upgrade", "GET " + DEVELOPER + " HTTP/1.1\r\nHost: x\r\n\r\n", 426),
                Arguments.of("POST", upgrade(DEVELOPER, KEY).replace("GET", "POST"), 426),
                Arguments.of("an old version", upgrade(DEVELOPER, KEY).replace("Version: 13", "Version: 8"), 426),
                Arguments.of("no Connection header", upgrade(DEVELOPER, KEY).replace("Connection: Upgrade\r\n", ""), 426),
                Arguments.of("a broken query", upgrade(DEVELOPER + "?key=%zz", KEY), 400),
                Arguments.of("no path", upgrade("*", KEY), 404),
                Arguments.of("a line that is no request", "hello\r\n\r\n", 400),
                Arguments.of("a header of 100 KB", upgrade(DEVELOPER, KEY + "X: " + "x".repeat(100_000) + "\r\n"), 431),
                Arguments.of("a path of 100 KB", upgrade("/" + "x".repeat(100_000), KEY), 414));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("upgrades")
    void givenAMalformedUpgrade_whenSent_thenRefusedAndTheConnectionEnds(String name, String request, int status)
            throws IOException {
        try (RawConnection connection = new RawConnection(emulator.port())) {
            connection.trySend(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(connection.head()).contains(" " + status + " ");
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void givenAnUpgradeWithABody_whenSent_thenTheConnectionEnds() throws IOException {
        try (RawConnection connection = new RawConnection(emulator.port())) {
            connection.send(upgrade(DEVELOPER, KEY + "Content-Length: 5\r\n") + "hello");

            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void givenASlowLoris_whenItsTimeIsOver_then408() throws IOException {
        try (RawConnection connection = new RawConnection(emulator.port())) {
            for (char c : "GET /ws HTTP/1.1\r\nHost: local".toCharArray()) {
                connection.send(String.valueOf(c));
            }

            assertThat(connection.head()).startsWith("HTTP/1.1 408 ").containsIgnoringCase("connection: close");
            assertThat(connection.rest()).contains("\"DEADLINE_EXCEEDED\"");
        }
    }

    @Test
    void givenAConnectionThatSendsNothing_whenItsTimeIsOver_then408() throws IOException {
        try (RawConnection connection = new RawConnection(emulator.port())) {
            assertThat(connection.head()).startsWith("HTTP/1.1 408 ");
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void givenHalfATlsHandshake_whenItsTimeIsOver_thenTheConnectionEnds() throws IOException {
        byte[] halfAClientHello = { 22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3 };
        try (RawConnection connection = new RawConnection(emulator.tlsPort())) {
            connection.send(halfAClientHello);

            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void givenNoTlsAtAll_whenSentToTheTlsPort_thenTheConnectionEnds() throws IOException {
        try (RawConnection connection = new RawConnection(emulator.tlsPort())) {
            connection.send(upgrade(DEVELOPER, KEY));

            assertThat(connection.isEnded()).isTrue();
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
