package dev.camelgenai.emulator;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

/** A TCP connection that can send what no WebSocket client would, and that sees every end of a connection. */
final class RawConnection implements AutoCloseable {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int FIN = 0x80;

    private static final int MASKED = 0x80;

    private record Frame(int opcode, byte[] payload) {
    }

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    RawConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout((int) TestClient.TIMEOUT.toMillis());
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    /** With the upgrade done. */
    static RawConnection upgraded(int port) throws IOException {
        return upgraded(port, "");
    }

    private static RawConnection upgraded(int port, String headers) throws IOException {
        RawConnection connection = new RawConnection(port);
        connection.send(upgrade(DEVELOPER, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers));
        assertThat(connection.head()).startsWith("HTTP/1.1 101");
        return connection;
    }

    /** A session of the Developer API whose setup has these fields besides the model. */
    static RawConnection open(GenAiLiveEmulator emulator, String setupFields) throws IOException {
        return open(emulator, setupFields, "");
    }

    /** @param headers more lines for the head of the upgrade, each with its line end */
    static RawConnection open(GenAiLiveEmulator emulator, String setupFields, String headers) throws IOException {
        RawConnection connection = upgraded(emulator.port(), headers);
        connection.sendText(TestClient.setup(setupFields));
        assertThat(connection.next().has("setupComplete")).isTrue();
        return connection;
    }

    static String upgrade(String path, String more) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\n" + more + "\r\n";
    }

    void send(String ascii) throws IOException {
        send(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** As {@link #send}, but the other side may have hung up meanwhile. */
    void trySend(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException e) {
            assertThat(e).isInstanceOf(SocketException.class);
        }
    }

    void sendText(String text) throws IOException {
        send(frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A masked frame; the mask is 0, which changes nothing. */
    static byte[] frame(int finAndOpcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) finAndOpcode);
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** Everything up to the empty line. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Everything until the end of the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private Frame nextFrame() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte();
        byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length];
        in.readFully(payload);
        return new Frame(opcode, payload);
    }

    /** The next message, which is one frame. */
    JsonNode next() throws IOException {
        Frame frame = nextFrame();
        while (frame.opcode() == PING) {
            frame = nextFrame();
        }
        assertThat(frame.opcode()).as("the opcode of a message").isIn(TEXT, BINARY);
        return TestClient.JSON.readTree(frame.payload());
    }

    /** All messages up to and with the one that has {@code turnComplete}. */
    List<JsonNode> turn() throws IOException {
        List<JsonNode> turn = new ArrayList<>();
        do {
            turn.add(next());
        } while (!turn.get(turn.size() - 1).at("/serverContent/turnComplete").asBoolean());
        return turn;
    }

    /** Skips data up to the Close frame, and hangs up then. */
    RecordedClose awaitClose() throws IOException {
        Frame frame = nextFrame();
        while (frame.opcode() != CLOSE) {
            frame = nextFrame();
        }
        socket.close();
        ByteBuffer close = ByteBuffer.wrap(frame.payload());
        return new RecordedClose(close.getShort() & 0xffff, StandardCharsets.UTF_8.decode(close).toString());
    }

    /** Whether the connection ends without a Close frame, waiting for its end; skips data. */
    boolean isLost() throws IOException {
        try {
            awaitClose();
            return false;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    /** Whether the other side has ended the connection, waiting for it. */
    boolean isEnded() throws IOException {
        try {
            while (in.read() >= 0) {
                // what came before the end
            }
            return true;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
