package dev.camelgenai.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.camelgenai.emulator.junit5.WithGenAiLiveEmulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.audio;
import static dev.camelgenai.emulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@WithGenAiLiveEmulator(immediate = true)
class RecordedMessageTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";

    private static RecordedMessage message(String kind, String json) {
        try {
            return new RecordedMessage(1, Instant.EPOCH, kind, TestClient.JSON.readTree(json(json)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'clientContent':{'turns':[{'parts':[{'text':'a'},{'inlineData':{}},{'text':'b'}]},{'parts':[{'text':'c'}]}],'turnComplete':true}}",
        "{'client_content':{'turns':[{'parts':[{'text':'abc'}]}],'turn_complete':true}}" })
    void givenClientContentInEitherSpelling_whenRead_thenItsTextAndWhetherItIsComplete(String json) {
        RecordedMessage message = message("clientContent", json);

        assertThat(message.text()).isEqualTo("abc");
        assertThat(message.turnComplete()).isTrue();
        assertThat(message.audio()).isEmpty();
        assertThat(message.mimeType()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate=16000','data':'+-8='}}}",
        "{'realtime_input':{'media_chunks':[{'mime_type':'audio/pcm;rate=16000','data':'--8='},{'mime_type':'image/png','data':'AAAA'}]}}" })
    void givenSoundInEitherSpelling_whenRead_thenItsBytesAndType(String json) {
        RecordedMessage message = message("realtimeInput", json);

        assertThat(message.audio()).containsExactly(0xfb, 0xef);
        assertThat(message.mimeType()).isEqualTo("audio/pcm;rate=16000");
        assertThat(message.text()).isEmpty();
        assertThat(message.turnComplete()).isFalse();
    }

    @Test
    void givenAToolResponse_whenRead_thenItsFunctionResponses() {
        RecordedMessage message = message("toolResponse",
                "{'tool_response':{'function_responses':[{'id':'1','name':'f','response':{'x':2}},{'id':'2'}]}}");

        assertThat(message.functionResponses()).extracting(RecordedMessage.FunctionResponse::id).containsExactly("1", "2");
        assertThat(message.functionResponses().get(0).name()).isEqualTo("f");
        assertThat(message.functionResponses().get(0).response().get("x").asInt()).isEqualTo(2);
        assertThat(message.functionResponses().get(1).response().isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "[1]", "{'realtimeInput':5}", "{'realtimeInput':{'text':5,'audio':'x','mediaChunks':{}}}",
        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm','data':'?!'}}}", "{'clientContent':{'turns':[{'parts':7},8]}}" })
    void givenNonsense_whenRead_thenThereIsNothingInIt(String json) {
        RecordedMessage message = message("invalid", json);

        assertThat(message.text()).isEmpty();
        assertThat(message.audio()).isEmpty();
        assertThat(message.functionResponses()).isEmpty();
    }

    @Test
    void givenNoJson_whenRead_thenThereIsNothingInIt() {
        RecordedMessage message = new RecordedMessage(3, Instant.EPOCH, "invalid", NullNode.getInstance());

        assertThat(message.text()).isEmpty();
        assertThat(message).hasToString("RecordedMessage[3, invalid, null]");
    }

    @Test
    void givenALongMessage_whenShown_thenCut() {
        assertThat(message("realtimeInput", "{'realtimeInput':{'text':'" + "x".repeat(9_000) + "'}}").toString())
                .hasSizeLessThan(300).contains("9029 characters");
    }

    @Test
    void givenASession_whenItsMessagesAreAsserted_thenItReadsWell(GenAiLiveEmulator emulator) {
        TestClient client = TestClient.open(emulator, TEXT);
        client.send(json("{'realtimeInput':{'text':'a'}}")).send(json("{'realtimeInput':{'text':'b'}}"));
        client.send(audio(new byte[]{ 1, 2 }, 16_000)).send(audio(new byte[]{ 3, 4 }, 16_000));

        RecordedSession session = emulator.awaitSession(TIMEOUT);
        session.awaitMessages(4, TIMEOUT);

        assertThat(session.messages()).extracting(RecordedMessage::text).containsExactly("a", "b", "", "");
        assertThat(session.texts()).containsExactly("a", "b");
        assertThat(session.audio()).containsExactly(1, 2, 3, 4);
        assertThat(session.lastMessage()).map(RecordedMessage::mimeType).contains("audio/pcm;rate=16000");
    }

    @Test
    void givenASession_whenAMessageIsAwaited_thenTheFirstThatMatches(GenAiLiveEmulator emulator) {
        TestClient client = TestClient.open(emulator, TEXT);
        RecordedSession session = emulator.awaitSession(TIMEOUT);
        assertThat(session.lastMessage()).isEmpty();
        client.send(json("{'realtimeInput':{'text':'a1'}}")).send(json("{'realtimeInput':{'text':'b1'}}"));
        client.send(json("{'realtimeInput':{'text':'b2'}}"));

        assertThat(session.awaitMessage(message -> message.text().startsWith("b"), TIMEOUT).text()).isEqualTo("b1");
        assertThatThrownBy(() -> session.awaitMessage(message -> message.text().startsWith("c"), Duration.ofMillis(20)))
                .isInstanceOf(AwaitTimeoutException.class).hasMessageContaining("no such message among");
    }
}
