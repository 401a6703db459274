package dev.camelgenai.emulator;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.ToolCall;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LimitsTest {

    @Test
    void givenA16MiBMessage_whenSent_thenRecordedWhole() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start()) {
            TestClient client = TestClient.open(emulator, "");
            String data = "A".repeat(16 * 1024 * 1024);

            client.send(json("{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate=24000','data':'" + data + "'}}}"));

            List<RecordedMessage> messages = emulator.sessions().get(0).awaitMessages(1, TIMEOUT);
            assertThat(messages.get(0).json().at("/realtimeInput/audio/data").asText()).hasSize(data.length());
        }
    }

    @Test
    void givenA100MBFrame_whenAnnounced_thenRefusedWith1009() throws IOException {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start();
                Socket socket = new Socket("127.0.0.1", emulator.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.write(("GET " + DEVELOPER + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String head = head(in);
            assertThat(head).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("permessage-deflate");

            out.write(0x81);
            out.write(0xff);
            out.writeLong(100_000_000);
            out.writeInt(0);

            assertThat(in.readUnsignedByte()).isEqualTo(0x88);
            in.readUnsignedByte();
            assertThat(in.readUnsignedShort()).isEqualTo(1009);
        }
    }

    @Test
    void givenAMessageTooLargeInFragments_whenSent_thenRefusedWith1009() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start()) {
            TestClient client = TestClient.open(emulator, "");
            String part = "x".repeat(1024 * 1024);

            CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(client.socket());
            for (int i = 0; i < 40; i++) {
                sent = sent.thenCompose(socket -> socket.sendText(part, false));
            }

            assertThat(client.awaitClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void given80000Messages_whenSent_thenAllAreRecordedInOrderQuickly() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start()) {
            TestClient client = TestClient.open(emulator, "");
            int n = 80_000;

            CompletableFuture.runAsync(() -> {
                for (int i = 1; i <= n; i++) {
                    client.send("{\"clientContent\":{\"turns\":[{\"parts\":[{\"text\":\"" + i + "\"}]}]}}");
                }
            });

            List<RecordedMessage> messages = emulator.sessions().get(0).awaitMessages(n, Duration.ofSeconds(40));
            for (int i = 1; i <= n; i++) {
                RecordedMessage message = messages.get(i - 1);
                assertThat(message.number()).isEqualTo(i);
                assertThat(message.json().at("/clientContent/turns/0/parts/0/text").asInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void givenALimitedRecord_whenMoreCome_thenTheyAreCounted() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).recordMessages(2)
                .start()) {
            TestClient client = TestClient.open(emulator, "");
            for (int i = 0; i < 5; i++) {
                client.send(json("{'clientContent':{}}"));
            }

            assertThat(emulator.sessions().get(0).awaitMessages(5, TIMEOUT)).hasSize(2);
            assertThat(emulator.counters().clientMessages()).isEqualTo(5);
        }
    }

    @Test
    void givenLargeMessages_whenTheRecordsAreFull_thenTheOldestEndedSessionIsForgottenAndThenMessagesAreCountedOnly() {
        String large = json(
                "{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate=24000','data':'" + "A".repeat(4_000) + "'}}}");
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).recordBytes(10_000)
                .start()) {
            TestClient first = TestClient.open(emulator, "");
            first.send(large).send(large).send(large);
            RecordedSession ended = emulator.sessions().get(0);
            assertThat(ended.awaitMessages(3, TIMEOUT)).hasSize(2);
            first.socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            ended.awaitClosed(TIMEOUT);

            TestClient second = TestClient.open(emulator, "");
            second.send(large).send(large).send(large);

            List<RecordedSession> sessions = emulator.awaitSessions(2, TIMEOUT);
            sessions.get(sessions.size() - 1).awaitMessages(3, TIMEOUT);
            assertThat(emulator.sessions()).singleElement().satisfies(session -> {
                assertThat(session.number()).isEqualTo(2);
                assertThat(session.messages()).hasSize(2);
                assertThat(session.messageCount()).isEqualTo(3);
            });
        }
    }

    @Test
    void givenASessionThatHasEnded_whenItsRecordIsKept_thenNothingElseOfItIs() {
        AtomicReference<WeakReference<Reply>> reply = new AtomicReference<>();
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().tlsPort(-1).scenario((turn, its) -> {
            its.say("one").pause(Duration.ofHours(1)).say("two").complete();
            reply.set(new WeakReference<>(its));
        }).start()) {
            TestClient client = TestClient.open(emulator, "");
            client.send(json("{'realtimeInput':{'text':'hi'}}")).next();
            client.socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            RecordedSession record = emulator.sessions().get(0).awaitClosed(TIMEOUT);

            Dialogue.await(() -> {
                System.gc();
                return reply.get().get() == null;
            }, "the session of a record is forgotten");

            assertThat(record.messages()).hasSize(1);
            assertThat(record.send("x")).isCompletedExceptionally();
        }
    }

    @Test
    void givenAScenarioThatNeverEnds_whenNothingOfItCanBeSent_thenItsSessionIsClosed() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().tlsPort(-1).scenario((turn, reply) -> {
            reply.pause(Duration.ofHours(1));
            for (int i = 0; i < 200_000; i++) {
                reply.say("again");
            }
        }).start()) {
            TestClient client = TestClient.open(emulator, "");

            client.send(json("{'realtimeInput':{'text':'hi'}}"));

            assertThat(client.awaitClose().code()).isEqualTo(1011);
            assertThat(emulator.sessions().get(0).serverCloseDetail().orElseThrow()).contains("100000 steps");
        }
    }

    @Test
    void givenLongSpokenTurns_whenTheyWaitForAFunction_thenNoMoreThanTheirSoundIsTaken() {
        byte[] minutes = new byte[24_000 * 2 * 60 * 5];
        Arrays.fill(minutes, (byte) 0x20);
        String spoken = TestClient.audio(minutes, 24_000);
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).recordMessages(1)
                .contextWindow(Integer.MAX_VALUE).scenario((turn, reply) -> reply.call(List.of(ToolCall.of("f", Map.of())),
                        (results, then) -> then.say("done")).complete())
                .start()) {
            TestClient client = TestClient.open(emulator, "'realtimeInputConfig':{'activityHandling':'NO_INTERRUPTION',"
                    + "'automaticActivityDetection':{'disabled':true}}");
            client.send(json("{'realtimeInput':{'text':'hi'}}")).next();

            // 14 MB each
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 12; i++) {
                    client.send(json("{'realtimeInput':{'activityStart':{}}}")).send(spoken)
                            .send(json("{'realtimeInput':{'activityEnd':{}}}"));
                }
            });

            RecordedSession session = emulator.sessions().get(0).awaitClosed(Duration.ofMinutes(1));
            assertThat(session.serverClose()).map(RecordedClose::code).contains(1007);
            assertThat(session.serverCloseDetail().orElseThrow()).startsWith("10 turns wait");
            assertThat(sending).failsWithin(TIMEOUT);
        }
    }

    @Test
    void givenAClientThatAsksAndDoesNotRead_whenItReadsAtLast_thenEveryAnswerIsThere() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start()) {
            TestClient client = TestClient.open(emulator, "");
            // 2 s of tone each, about 130 KB on the wire
            String question = json("{'realtimeInput':{'text':'" + "x".repeat(33) + "'}}");
            for (int i = 0; i < 300; i++) {
                client.send(question);
            }

            for (int i = 0; i < 300; i++) {
                assertThat(TestClient.audioOf(client.turn())).hasSize(50 * 1920);
            }
        }
    }

    @Test
    void givenAnEmulatorWithConnections_whenClosed_thenItsThreadsEnd() throws InterruptedException {
        GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).start();
        TestClient client = TestClient.open(emulator, "");
        emulator.sessions().get(0).stopReading().join();
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("vert.x-")).toList();
        assertThat(threads).isNotEmpty();

        emulator.close();
        emulator.close();

        for (Thread thread : threads) {
            thread.join(TIMEOUT.toMillis());
        }
        assertThat(threads).noneMatch(Thread::isAlive);
        assertThat(client.awaitClose().code()).isEqualTo(1001);
    }

    @Test
    void givenAnEventLoop_whenItClosesTheEmulator_thenRefusedAndClosedByAnotherThreadAfterwards() throws IOException {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        CompletableFuture<GenAiLiveEmulator> own = new CompletableFuture<>();
        GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().tlsPort(-1).scenario((turn, reply) -> {
            try {
                own.join().close();
                refused.complete(null);
            } catch (IllegalStateException e) {
                refused.complete(e);
            }
            reply.complete();
        }).start();
        own.complete(emulator);
        int port = emulator.port();
        TestClient.open(emulator, "").send(json("{'realtimeInput':{'text':'hi'}}"));
        assertThat(refused.join()).isInstanceOf(IllegalStateException.class).hasMessageContaining("event loop");

        emulator.close();

        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(IOException.class);
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }
}
