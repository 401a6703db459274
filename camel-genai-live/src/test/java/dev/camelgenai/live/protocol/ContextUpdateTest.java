package dev.camelgenai.live.protocol;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.google.genai.types.Content;
import com.google.genai.types.EnterpriseWebSearch;
import com.google.genai.types.FileData;
import com.google.genai.types.FileSearch;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import com.google.genai.types.ToolParallelAiSearch;
import dev.camelgenai.live.error.LiveInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The message that Google's Java SDK does not know yet. */
class ContextUpdateTest {

    private static final Content BRIEF = Content.builder().role("user").parts(Part.fromText("Be brief")).build();
    private static final Tool CLOCK = Tool.builder()
            .functionDeclarations(FunctionDeclaration.builder().name("clock").build()).build();

    private static String encode(LiveService service, Optional<Content> instruction, Optional<List<Tool>> tools) {
        ByteBuf out = Unpooled.buffer();
        try {
            new ClientMessageEncoder(service).encode(new ClientMessage.ContextUpdate(instruction, tools), out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    /** A method that a user may give as a tool. */
    public static String time(String zone) {
        return zone;
    }

    @Test
    void isWrittenAsGooglesJavaScriptSdkWritesIt() {
        for (LiveService service : LiveService.values()) {
            assertThat(encode(service, Optional.of(BRIEF), Optional.of(List.of(CLOCK)))).isEqualTo("{\"contextUpdate\":{"
                    + "\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief\"}],\"role\":\"user\"},"
                    + "\"tools\":{\"tools\":[{\"functionDeclarations\":[{\"name\":\"clock\"}]}]}}}");
            assertThat(encode(service, Optional.empty(), Optional.of(List.of())))
                    .isEqualTo("{\"contextUpdate\":{\"tools\":{\"tools\":[]}}}");
        }
    }

    @Test
    void declaresJavaMethodsAsASetupDoes() throws Exception {
        Method method = ContextUpdateTest.class.getMethod("time", String.class);

        assertThat(encode(LiveService.DEVELOPER_API, Optional.empty(),
                Optional.of(List.of(Tool.builder().functions(method).build())))).contains("\"name\":\"time\"");
    }

    @Test
    void refusesTheSameFieldsAsASetup() {
        Content file = Content.fromParts(Part.builder()
                .fileData(FileData.builder().fileUri("gs://f").mimeType("text/plain").displayName("f").build()).build());
        Tool vertexOnly = Tool.builder().parallelAiSearch(ToolParallelAiSearch.builder().build()).build();
        Tool enterprise = Tool.builder().enterpriseWebSearch(EnterpriseWebSearch.builder().build()).build();
        Tool developerOnly = Tool.builder().fileSearch(FileSearch.builder().build()).build();

        assertThatThrownBy(() -> encode(LiveService.DEVELOPER_API, Optional.of(file), Optional.empty()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("fileData.displayName");
        assertThatThrownBy(() -> encode(LiveService.DEVELOPER_API, Optional.empty(), Optional.of(List.of(vertexOnly))))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("parallelAiSearch");
        assertThatThrownBy(() -> encode(LiveService.DEVELOPER_API, Optional.empty(), Optional.of(List.of(CLOCK, enterprise))))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("enterpriseWebSearch");
        assertThatThrownBy(() -> encode(LiveService.VERTEX_AI, Optional.empty(), Optional.of(List.of(developerOnly))))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("fileSearch");
    }

    @Test
    void saysSomethingAndIsNotRealtimeInput() {
        assertThatThrownBy(() -> new ClientMessage.ContextUpdate(Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new ClientMessage.ContextUpdate(Optional.of(BRIEF), Optional.empty()).isRealtime()).isFalse();
    }

    @Test
    void estimatesItsSizeFromAbove() {
        Tool long1 = Tool.builder().functionDeclarations(FunctionDeclaration.builder().name("f").description("x".repeat(5_000))
                .parameters(Schema.builder().type("OBJECT")
                        .properties(Map.of("a", Schema.builder().type("STRING").build())).build())
                .build()).build();
        ClientMessage update = new ClientMessage.ContextUpdate(Optional.of(BRIEF), Optional.of(List.of(long1)));

        int length = encode(LiveService.DEVELOPER_API, Optional.of(BRIEF), Optional.of(List.of(long1))).length();

        assertThat(update.estimatedSize()).isBetween(length, 3 * length);
    }

    @Test
    void changesOfASetupWhatItNames() {
        LiveConnectConfig setup = LiveConnectConfig.builder().temperature(0.5f).tools(CLOCK)
                .systemInstruction(Content.fromParts(Part.fromText("Be long"))).build();

        LiveConnectConfig updated = new ClientMessage.ContextUpdate(Optional.of(BRIEF), Optional.empty()).applyTo(setup);

        assertThat(updated).isEqualTo(setup.toBuilder().systemInstruction(BRIEF).build());
        assertThat(new ClientMessage.ContextUpdate(Optional.empty(), Optional.of(List.of())).applyTo(setup).tools())
                .contains(List.of());
    }
}
