package dev.camelgenai.live.protocol;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;

/**
 * Reads the messages of both services ({@code protocol} 5). Unknown fields are ignored, unknown enum values kept,
 * durations may be fractional, integers may be strings, and both spellings of the token counts are understood.
 * Stateless, may be used by any number of threads.
 */
public final class ServerMessageDecoder {

    private static final ObjectReader READER = LiveJson.mapper().readerFor(LiveServerMessage.class);

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
     * @param  utf8Json           one whole message; kept, not to be changed any more
     * @throws GenAiLiveException as {@link #decode}
     */
    public ServerMessage read(byte[] utf8Json) {
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
