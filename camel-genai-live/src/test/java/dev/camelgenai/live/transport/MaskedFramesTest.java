package dev.camelgenai.live.transport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is written is judged by Netty's decoder, as a server has it. */
class MaskedFramesTest {

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 3, 7, 8, 9, 125, 126, 127, 1_000, 8_191, 8_192, 8_193, 16_385, 65_535, 65_536, 300_000 })
    void aMessageOfAnyLengthArrives(int length) {
        assertThat(decoded(text(length))).containsExactly(text(length));
    }

    @Test
    void messagesArriveInTheirOrderAndTakeNoMoreThanTheirHeaders() {
        List<String> texts = List.of("{\"a\":\"ä\"}", text(300), "", text(70));
        List<ByteBuf> messages = buffers(texts);
        ByteBuf frames = MaskedFrames.of(messages, ByteBufAllocator.DEFAULT);
        try {
            int payload = messages.stream().mapToInt(ByteBuf::readableBytes).sum();
            assertThat(frames.readableBytes()).isEqualTo(payload + 6 + 8 + 6 + 6);
            assertThat(frames.capacity()).as("not more than it needs").isEqualTo(frames.readableBytes());
        } finally {
            frames.release();
            messages.forEach(ByteBuf::release);
        }
        assertThat(decoded(texts.toArray(String[]::new))).containsExactlyElementsOf(texts);
    }

    @Test
    void eachFrameHasAMaskOfItsOwnAndTheMessageStaysAsItIs() {
        List<ByteBuf> messages = buffers(List.of(text(200), text(200), text(200)));
        ByteBuf frames = MaskedFrames.of(messages, ByteBufAllocator.DEFAULT);
        try {
            List<Integer> masks = List.of(frames.getInt(4), frames.getInt(208 + 4), frames.getInt(2 * 208 + 4));
            assertThat(masks).doesNotHaveDuplicates();
            assertThat(messages).allSatisfy(message -> {
                assertThat(message.toString(StandardCharsets.UTF_8)).isEqualTo(text(200));
                assertThat(message.refCnt()).isOne();
            });
        } finally {
            frames.release();
            messages.forEach(ByteBuf::release);
        }
    }

    private static String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + i % 90));
        }
        return text.toString();
    }

    /** From direct and from heap buffers, with something before and behind the message. */
    private static List<ByteBuf> buffers(List<String> texts) {
        List<ByteBuf> all = new ArrayList<>();
        for (String text : texts) {
            ByteBuf buffer = all.size() % 2 == 0 ? Unpooled.directBuffer() : Unpooled.buffer();
            buffer.writeCharSequence("before" + text + "behind", StandardCharsets.UTF_8);
            buffer.readerIndex("before".length()).writerIndex(buffer.writerIndex() - "behind".length());
            all.add(buffer);
        }
        return all;
    }

    private static List<String> decoded(String... texts) {
        List<ByteBuf> messages = buffers(List.of(texts));
        EmbeddedChannel server = new EmbeddedChannel(new WebSocket13FrameDecoder(
                WebSocketDecoderConfig.newBuilder().expectMaskedFrames(true).maxFramePayloadLength(1 << 20).build()));
        List<String> out = new ArrayList<>();
        try {
            server.writeInbound(MaskedFrames.of(messages, ByteBufAllocator.DEFAULT));
            for (TextWebSocketFrame frame = server.readInbound(); frame != null; frame = server.readInbound()) {
                assertThat(frame.isFinalFragment()).isTrue();
                out.add(frame.text());
                frame.release();
            }
        } finally {
            messages.forEach(ByteBuf::release);
            server.finishAndReleaseAll();
        }
        return out;
    }
}
