package dev.camelgenai.live.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

import dev.camelgenai.live.error.GenAiLiveException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the reader takes, it reads as the scanner does; what it leaves is read by that. */
class AudioMessageReaderTest {

    private static final String SOUND = Base64.getEncoder().encodeToString(new byte[]{ 1, 2, 3, 4, 5, 6, 7 });
    private static final String COMPACT = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":"
            + "\"audio/pcm;rate=24000\",\"data\":\"" + SOUND + "\"}}],\"role\":\"model\"}}}";

    private static ServerMessage read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new AudioMessageReader(bytes, bytes.length).read();
    }

    private static ServerMessage scan(byte[] json) throws Exception {
        return new ServerMessageScanner(json).scan();
    }

    private static String told(ServerMessage message) {
        StringBuilder told = new StringBuilder();
        for (ServerEvent event : message.events()) {
            ServerEvent.Audio audio = (ServerEvent.Audio) event;
            told.append(audio.mimeType()).append(' ').append(Base64.getEncoder().encodeToString(audio.data().decode()));
        }
        return told + " " + message.hasModelTurn() + message.hasTranscript() + message.isOnlyAudio() + message.endsTurn()
                + message.size();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AQID\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQI=\"}}]}}}",
        "{\n  \"serverContent\": {\n    \"modelTurn\": {\n      \"parts\": [\n        {\n          \"inlineData\": {\n"
                + "            \"mimeType\": \"audio/pcm;rate=24000\",\n            \"data\": \"AQIDBA==\"\n          }\n        }\n"
                + "      ],\r\n\t\"role\" : \"model\"\n    }\n  }\n}\n",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQmodell\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQmodell\"}}],\"role\":\"model\"}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/\",\"data\":\"\"}}]}}}" })
    void readsAudioAsTheScannerDoes(String json) throws Exception {
        ServerMessage read = read(json);

        ServerMessage scanned = scan(json.getBytes(StandardCharsets.UTF_8));
        assertThat(told(read)).isEqualTo(told(scanned));
        // blobs compare their arrays by identity
        assertThat(read.message().toJson()).isEqualTo(scanned.message().toJson());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{", "{}", "[]", "null", "{\"serverContent\":{\"turnComplete\":true}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"Hello\"}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AQID\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQID\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/\\u0070cm\",\"data\":\"AQID\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQ\\/D\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQI-\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"A\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"data\":\"AQID\",\"mimeType\":\"audio/pcm\"}}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQID\"}},{\"text\":\"\"}]}}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQID\"}}]},\"interrupted\":true}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQID\"}}]}},\"goAway\":{}}",
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AQID\"}}]}}}{}" })
    void leavesEverythingElse(String json) {
        assertThat(read(json)).isNull();
    }

    @Test
    void takesNothingThatTheScannerReadsOtherwise() {
        Random random = new Random(7);
        byte[] alphabet = "{}[]:,\"\\ \n=AQz9+/audiomel".getBytes(StandardCharsets.US_ASCII);
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] json = COMPACT.getBytes(StandardCharsets.US_ASCII);
            for (int change = random.nextInt(3); change >= 0; change--) {
                json[random.nextInt(json.length)] = random.nextInt(4) == 0
                        ? (byte) random.nextInt()
                        : alphabet[random.nextInt(alphabet.length)];
            }
            ServerMessage read = new AudioMessageReader(json, json.length).read();
            if (read != null) {
                taken++;
                assertThat(told(read)).isEqualTo(scanned(json));
            }
        }
        assertThat(taken).as("messages that were still audio").isGreaterThan(1_000);
    }

    private static String scanned(byte[] json) {
        try {
            return told(scan(json));
        } catch (Exception e) {
            return "refused by the scanner: " + e + ": " + new String(json, StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void readsNoFurtherThanTheMessage() {
        byte[] json = (COMPACT + "{\"goAway\":{}}").getBytes(StandardCharsets.US_ASCII);

        assertThat(new AudioMessageReader(json, COMPACT.length()).read()).isNotNull();
        for (int length = 0; length < COMPACT.length(); length++) {
            assertThat(new AudioMessageReader(json, length).read()).as("the first %d bytes", length).isNull();
        }
    }

    @Test
    void doesNotKeepTheBufferThatItReads() {
        ServerMessageDecoder decoder = new ServerMessageDecoder();
        ByteBuf first = Unpooled.copiedBuffer(COMPACT, StandardCharsets.US_ASCII);
        ServerMessage audio = decoder.read(first);
        ServerMessage text = decoder
                .read(Unpooled.copiedBuffer(COMPACT.replace("audio/pcm", "video/xyz"), StandardCharsets.US_ASCII));

        first.setZero(0, first.capacity());
        decoder.read(Unpooled.copiedBuffer(COMPACT.replace(SOUND, "//////////"), StandardCharsets.US_ASCII));

        assertThat(told(audio)).contains(SOUND);
        assertThat(text.message().toJson()).contains(SOUND);
    }

    @Test
    void readsMessagesLongerThanItsScratch() {
        String long64 = Base64.getEncoder().encodeToString(new byte[60_000]);
        ByteBuf json = Unpooled.copiedBuffer(COMPACT.replace(SOUND, long64), StandardCharsets.US_ASCII);

        assertThat(told(new ServerMessageDecoder().read(json))).contains(long64);
    }

    @Test
    void givesEveryoneBytesOfHisOwn() {
        ServerEvent.Audio audio = (ServerEvent.Audio) read(COMPACT).events().get(0);

        audio.data().decode()[0] = 99;

        assertThat(audio.data().decode()[0]).isEqualTo((byte) 1);
    }

    @Test
    void tellsWhereAMessageIsWrong() {
        ByteBuf json = Unpooled.copiedBuffer(COMPACT.replace(SOUND, "?"), StandardCharsets.US_ASCII);

        GenAiLiveException refused = org.assertj.core.api.Assertions.catchThrowableOfType(GenAiLiveException.class,
                () -> new ServerMessageDecoder().read(json));

        assertThat(refused).hasMessageContaining("data");
    }
}
