package dev.camelgenai.benchmarks.peer;

import java.util.Base64;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AudioFramesTest {

    @Test
    void framesAreWhatADecoderOfWebSocketsExpects() {
        AudioFrames frames = new AudioFrames();
        ByteBuf bytes = Unpooled.buffer();
        byte[] even = new byte[640];
        byte[] odd = new byte[641];
        odd[640] = 77;

        frames.write(even, bytes);
        frames.write(odd, bytes);

        assertThat(bytes.readableBytes()).isEqualTo(AudioFrames.size(640) + AudioFrames.size(641));

        EmbeddedChannel server = new EmbeddedChannel(new WebSocket13FrameDecoder(true, false, 10_000));
        server.writeInbound(bytes);
        assertThat(text(server)).isEqualTo(json(even));
        assertThat(text(server)).isEqualTo(json(odd));
        assertThat(server.<Object>readInbound()).isNull();
    }

    private static String json(byte[] pcm) {
        return "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\""
                + Base64.getEncoder().encodeToString(pcm) + "\"}}}";
    }

    private static String text(EmbeddedChannel server) {
        TextWebSocketFrame frame = server.readInbound();
        try {
            return frame.text();
        } finally {
            frame.release();
        }
    }
}
