package dev.camelgenai.live.protocol;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.Part;
import com.sun.management.ThreadMXBean;
import dev.camelgenai.live.error.LiveInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What {@link SdkParityTest} cannot compare. */
class ClientMessageEncoderTest {

    private final ClientMessageEncoder developer = new ClientMessageEncoder(LiveService.DEVELOPER_API);

    @Test
    void namesWhatIsWrongWithAMessageAndTheWayOut() {
        ClientMessage film = realtime(LiveSendRealtimeInputParameters.builder().video(blob("video/mp4", 1)));
        ClientMessage anonymous = new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(FunctionResponse.builder().name("orderStatus").build()).build());

        assertThatThrownBy(() -> encode(film)).isInstanceOf(LiveInputException.class)
                .hasMessage("The mime type of realtime video must start with image/ but is video/mp4; video is sent as single"
                        + " images");
        assertThatThrownBy(() -> encode(anonymous)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("orderStatus").hasMessageContaining("id");
    }

    @Test
    void takesAFunctionResponseWithoutIdOnVertexAi() {
        ByteBuf out = Unpooled.buffer();

        new ClientMessageEncoder(LiveService.VERTEX_AI).encode(new ClientMessage.ToolResponse(LiveSendToolResponseParameters
                .builder().functionResponses(FunctionResponse.builder().name("f").build()).build()), out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"toolResponse\":{\"functionResponses\":[{\"name\":\"f\"}]}}");
        out.release();
    }

    @Test
    void writesOneAudioFrameWithoutAllocating() {
        // given a frame of 20 ms, a buffer that is large enough, and everything warm
        ClientMessage message = realtime(LiveSendRealtimeInputParameters.builder().audio(blob("audio/pcm;rate=16000", 640)));
        ByteBuf out = Unpooled.buffer(4096);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 2_000;
        encode(rounds, message, out);

        // when
        long before = threads.getCurrentThreadAllocatedBytes();
        encode(rounds, message, out);
        long perMessage = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
        out.release();

        // then: nothing; the margin is for what a compiler that is not yet done leaves, and smaller than the media
        assertThat(perMessage).isLessThan(200);
    }

    private void encode(int rounds, ClientMessage message, ByteBuf out) {
        for (int i = 0; i < rounds; i++) {
            out.clear();
            developer.encode(message, out);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 640, 50_000 })
    void estimatesTheSizeOfMediaClosely(int length) {
        ClientMessage message = realtime(LiveSendRealtimeInputParameters.builder().audio(blob("audio/pcm;rate=16000", length)));

        assertThat(message.estimatedSize()).isBetween(encode(message).length(), encode(message).length() + 200);
        assertThat(message.isRealtime()).isTrue();
    }

    @Test
    void estimatesTheSizeOfTheRestFromAbove() {
        ClientMessage content = new ClientMessage.ClientContent(LiveSendClientContentParameters.builder()
                .turns(List.of(Content.fromParts(Part.fromText("x".repeat(1000)), Part.fromBytes(new byte[3000], "image/png"))))
                .turnComplete(true).build());
        ClientMessage response = new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(FunctionResponse.builder().id("1").name("f")
                        .response(Map.of("rows", List.of(Map.of("a", "x".repeat(500), "b", 1)))).build())
                .build());

        assertThat(content.estimatedSize()).isBetween(encode(content).length(), encode(content).length() + 1000);
        assertThat(response.estimatedSize()).isBetween(encode(response).length(), encode(response).length() + 1000);
        assertThat(content.isRealtime()).isFalse();
    }

    private String encode(ClientMessage message) {
        ByteBuf out = Unpooled.buffer();
        try {
            developer.encode(message, out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    private static ClientMessage realtime(LiveSendRealtimeInputParameters.Builder input) {
        return new ClientMessage.RealtimeInput(input.build());
    }

    private static Blob blob(String mimeType, int length) {
        return Blob.builder().mimeType(mimeType).data(new byte[length]).build();
    }
}
