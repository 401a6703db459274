package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Reads the messages of both services ({@code protocol} 5). Unknown fields are ignored, unknown enum values kept,
 * durations may be fractional, integers may be strings, and both spellings of the token counts are understood.
 * Stateless, may be used by any number of threads.
 */
public final class ServerMessageDecoder {

    private static final ObjectReader READER = LiveJson.mapper().readerFor(LiveServerMessage.class);
    /** For nearly all that comes: 250 ms of speech. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[16 * 1024];
        }
    };

    /**
     * @param  utf8Json           one whole message
     * @return                    with every known field that the message had, however many there were
     * @throws GenAiLiveException when it is not a message; says where, and never quotes it. Not retriable: the same
     *                            bytes stay unreadable
     */
    public LiveServerMessage decode(byte[] utf8Json) {
        LiveServerMessage message;
        try {
            message = READER.readValue(utf8Json);
        } catch (JsonProcessingException e) {
            // neither its message nor itself as a cause: both quote what a user may have said
            throw unreadable(utf8Json, JsonTrouble.where(e));
        } catch (IOException e) {
            throw new GenAiLiveException("A server message could not be read", false, e);
        }
        if (message == null) {
            throw unreadable(utf8Json, "it is null");
        }
        return message;
    }

    /**
     * Finds what a message brings, without building it.
     *
     * @param  utf8Json           one whole message; read to its end, and not kept
     * @throws GenAiLiveException as {@link #decode}
     */
    public ServerMessage read(ByteBuf utf8Json) {
        int length = utf8Json.readableBytes();
        byte[] scratch = SCRATCH.get();
        if (length > scratch.length) {
            byte[] json = new byte[length];
            utf8Json.readBytes(json);
            return read(json);
        }
        utf8Json.readBytes(scratch, 0, length);
        ServerMessage audio = new AudioMessageReader(scratch, length).read();
        return audio != null ? audio : scan(Arrays.copyOf(scratch, length));
    }

    /**
     * Finds what a message brings, without building it.
     *
     * @param  utf8Json           one whole message; kept, not to be changed any more
     * @throws GenAiLiveException as {@link #decode}
     */
    public ServerMessage read(byte[] utf8Json) {
        ServerMessage audio = new AudioMessageReader(utf8Json, utf8Json.length).read();
        return audio != null ? audio : scan(utf8Json);
    }

    private static ServerMessage scan(byte[] utf8Json) {
        try {
            return new ServerMessageScanner(utf8Json).scan();
        } catch (JsonProcessingException e) {
            throw unreadable(utf8Json, JsonTrouble.where(e));
        } catch (IOException e) {
            throw new GenAiLiveException("A server message could not be read", false, e);
        }
    }

    private static GenAiLiveException unreadable(byte[] utf8Json, String why) {
        return new GenAiLiveException(
                "The server sent " + utf8Json.length + " bytes that are no message of the Live API: " + why,
                false);
    }
}
