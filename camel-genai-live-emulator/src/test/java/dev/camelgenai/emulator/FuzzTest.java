package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static dev.camelgenai.emulator.RawConnection.BINARY;
import static dev.camelgenai.emulator.RawConnection.FIN;
import static dev.camelgenai.emulator.RawConnection.TEXT;
import static dev.camelgenai.emulator.RawConnection.frame;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;

/** Mutations of valid messages, with a fixed seed: nothing may come of them but a Close frame. */
class FuzzTest {

    private static final int SESSIONS = 1_500;
    private static final int MESSAGES = 6;

    private static final List<String> SETUPS = List.of(setup(""), setup("'sessionResumption':{}"),
            setup("'generationConfig':{'responseModalities':['TEXT'],'temperature':0.5,'topK':3.0,'speechConfig':{'voiceConfig':"
                    + "{'prebuiltVoiceConfig':{'voiceName':'Kore'}},'languageCode':'en-US'}}"),
            setup("'realtimeInputConfig':{'automaticActivityDetection':{'disabled':true,'silenceDurationMs':100}},"
                    + "'contextWindowCompression':{'triggerTokens':1000,'slidingWindow':{'targetTokens':500}}"),
            setup("'tools':[{'functionDeclarations':[{'name':'f','behavior':'NON_BLOCKING'}]},{'googleSearch':{}}],"
                    + "'inputAudioTranscription':{},'outputAudioTranscription':{}"));

    private static final List<String> VALID = List.of(
            "{'clientContent':{'turns':[{'parts':[{'text':'hi'}],'role':'user'}],'turnComplete':true}}",
            "{'client_content':{'turns':[{'parts':[{'text':'x'}],'role':'model'}]}}", "{'realtimeInput':{'text':'hello'}}",
            "{'realtime_input':{'audio':{'mimeType':'audio/pcm;rate=16000','data':'AQIDBAUGBwg='}}}",
            "{'realtimeInput':{'mediaChunks':[{'mimeType':'audio/pcm','data':'AAAA'}]}}",
            "{'realtimeInput':{'video':{'mimeType':'image/jpeg','data':'AQI='}}}", "{'realtimeInput':{'audioStreamEnd':true}}",
            "{'realtimeInput':{'activityStart':{}}}", "{'realtimeInput':{'activityEnd':{}}}",
            "{'toolResponse':{'functionResponses':[{'id':'1','name':'f','response':{'a':[1,2,{'b':null}]}}]}}",
            "{'contextUpdate':{'systemInstruction':{'parts':[{'text':'new'}]},'tools':{'tools':[{'functionDeclarations':"
                    + "[{'name':'g'}]}]}}}");

    private static final List<String> TOKENS = List.of("null", "true", "-1", "1e309", "\"\"", "[]", "{}", "\"\\u0000\"", "[[[[",
            "}}", ",", ":", "\"AAAA\"", "99999999999999999999", "\uFFFF");

    private final Random random = new Random(20_261_122);

    private byte[] mutated(String valid) {
        byte[] bytes = json(valid).getBytes(StandardCharsets.UTF_8);
        for (int times = random.nextInt(4); times > 0 && bytes.length > 0; times--) {
            int at = random.nextInt(bytes.length);
            String before = new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
            String after = new String(bytes, at, bytes.length - at, StandardCharsets.ISO_8859_1);
            bytes = switch (random.nextInt(5)) {
                case 0 -> flipped(bytes, at);
                case 1 -> (before + TOKENS.get(random.nextInt(TOKENS.size())) + after).getBytes(StandardCharsets.ISO_8859_1);
                case 2 -> before.getBytes(StandardCharsets.ISO_8859_1);
                case 3 -> (before + after.substring(random.nextInt(after.length()))).getBytes(StandardCharsets.ISO_8859_1);
                default -> (before + after + after).getBytes(StandardCharsets.ISO_8859_1);
            };
        }
        return bytes;
    }

    private byte[] flipped(byte[] bytes, int at) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    @Test
    void givenThousandsOfMutatedMessages_whenSent_thenTheEmulatorServesOnWithoutAnErrorOrALeak() throws IOException {
        try (ErrorLog log = new ErrorLog();
                GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start()) {
            for (int i = 0; i < SESSIONS; i++) {
                try (RawConnection connection = RawConnection.upgraded(emulator.port())) {
                    talk(connection);
                }
            }

            emulator.awaitSessions(SESSIONS, TIMEOUT).forEach(session -> session.awaitClosed(TIMEOUT));
            assertThat(emulator.sessions()).extracting(RecordedSession::serverClose)
                    .filteredOn(close -> close.isPresent()).hasSizeGreaterThan(SESSIONS / 2)
                    .allSatisfy(close -> assertThat(close.orElseThrow().code()).isIn(1002, 1007, 1008));
            assertThat(emulator.counters().openSessions()).isZero();
            TestClient client = TestClient.open(emulator, "'generationConfig':{'responseModalities':['TEXT']}");
            assertThat(TestClient.textOf(client.send(json("{'realtimeInput':{'text':'still here'}}")).turn()))
                    .isEqualTo("still here");
            assertThat(log.errors()).isEmpty();
        }
    }

    private void talk(RawConnection connection) {
        // most setups must be valid, or nothing would come behind them
        String setup = any(SETUPS, random);
        connection.trySend(frame(FIN | TEXT, random.nextInt(5) == 0 ? mutated(setup) : setup.getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < MESSAGES; i++) {
            switch (random.nextInt(12)) {
                case 0 -> connection.trySend(frame(FIN | BINARY, randomBytes()));
                case 1 -> connection.trySend(frame(random.nextInt(256), randomBytes()));
                case 2 -> connection.trySend(randomBytes());
                default -> connection.trySend(frame(FIN | (random.nextBoolean() ? TEXT : BINARY), mutated(any(VALID, random))));
            }
        }
    }

    @Test
    void givenRandomRequests_whenSent_thenTheEmulatorServesOn() throws IOException {
        try (ErrorLog log = new ErrorLog();
                GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1)
                        .setupTimeout(Duration.ofSeconds(2)).start()) {
            String request = RawConnection.upgrade(TestClient.DEVELOPER + "?key=a%20b", "Sec-WebSocket-Key: "
                    + "dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer x\r\n");
            for (int i = 0; i < 500; i++) {
                try (RawConnection connection = new RawConnection(emulator.port())) {
                    connection.trySend(mutated(request));
                }
            }

            assertThat(TestClient.open(emulator, "")).isNotNull();
            assertThat(log.errors()).isEmpty();
        }
    }
}
