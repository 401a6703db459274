package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReceivedMessageTest {

    private static ReceivedMessage audio(boolean shared) {
        String json = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\""
                + Base64.getEncoder().encodeToString(new byte[]{ 1, 2, 3, 4, 5, 6 }) + "\"}}]}}}";
        ServerMessage message = new ServerMessageDecoder().read(json.getBytes(StandardCharsets.UTF_8));
        return new ReceivedMessage(message, 1, 1, List.of(), shared);
    }

    private static byte[] content(ReceivedMessage received) {
        return received.content().serverContent().get().modelTurn().get().parts().get().get(0).inlineData().get().data().get();
    }

    private static byte[] heard(ReceivedMessage received) {
        return ((ServerEvent.Audio) received.message().events().get(0)).data().take();
    }

    @Test
    void whoChangesTheAudioOfASharedMessageChangesItForNobodyWhoGetsEvents() {
        ReceivedMessage received = audio(true);

        content(received)[0] = 42;

        assertThat(heard(received)).startsWith((byte) 1);
    }

    @Test
    void theAudioOfAMessageThatNobodyElseHasIsNotCopied() {
        ReceivedMessage received = audio(false);

        assertThat(content(received)).isSameAs(heard(received)).containsExactly(1, 2, 3, 4, 5, 6);
    }
}
