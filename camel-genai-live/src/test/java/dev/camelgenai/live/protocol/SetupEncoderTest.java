package dev.camelgenai.live.protocol;

import java.nio.charset.StandardCharsets;

import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What {@link SdkParityTest} cannot compare. */
class SetupEncoderTest {

    private static final LiveModelName MODEL = new LiveModelName("models/m");
    private static final LiveConnectConfig EMPTY = LiveConnectConfig.builder().build();

    @Test
    void addsTheHandleOfTheSessionToResume() {
        assertThat(encode(EMPTY, "h1"))
                .isEqualTo("{\"setup\":{\"model\":\"models/m\",\"sessionResumption\":{\"handle\":\"h1\"}}}");
    }

    @Test
    void replacesTheHandleThatTheConfigurationNames() {
        LiveConnectConfig config = LiveConnectConfig.builder()
                .sessionResumption(SessionResumptionConfig.builder().handle("old").transparent(true)).build();

        assertThat(encode(config, "new")).contains("\"handle\":\"new\"").contains("\"transparent\":true")
                .doesNotContain("old");
        assertThat(encode(config, null)).contains("\"handle\":\"old\"");
    }

    @Test
    void refusesAFieldBeforeAnythingIsConnected() {
        LiveConnectConfig config = LiveConnectConfig.builder().explicitVadSignal(true).build();
        SetupEncoder developer = new SetupEncoder(LiveService.DEVELOPER_API);

        assertThatThrownBy(() -> developer.check(config)).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessage(
                        "explicitVadSignal is only supported on Vertex AI, not on the Gemini Developer API; remove it or set"
                                + " vertexAi=true");
        new SetupEncoder(LiveService.VERTEX_AI).check(config);
    }

    private static String encode(LiveConnectConfig config, String handle) {
        ByteBuf out = Unpooled.buffer();
        try {
            new SetupEncoder(LiveService.VERTEX_AI).encode(MODEL, config, handle, out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }
}
