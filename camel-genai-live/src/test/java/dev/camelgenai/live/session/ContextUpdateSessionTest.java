package dev.camelgenai.live.session;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.protocol.ClientMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.camelgenai.live.session.EmulatedSessions.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A context update holds for as long as the session lives, over however many connections. */
class ContextUpdateSessionTest {

    private static final String KEY = "anna";

    private final GenAiLiveEmulator service = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.echo())
            .start();
    private EmulatedSessions client;

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    private static ClientMessage instruction(String text) {
        return new ClientMessage.ContextUpdate(
                Optional.of(Content.builder().role("user").parts(Part.fromText(text)).build()), Optional.empty());
    }

    private static ClientMessage tool(String name) {
        return new ClientMessage.ContextUpdate(Optional.empty(), Optional.of(List.of(
                Tool.builder().functionDeclarations(FunctionDeclaration.builder().name(name).build()).build())));
    }

    private RecordedSession connection(int number) {
        return service.awaitSessions(number, PATIENCE).get(number - 1);
    }

    private JsonNode setup(int connection) {
        return connection(connection).awaitSetup(PATIENCE);
    }

    @ParameterizedTest(name = "resumption {0}, Vertex AI {1}, transparent {2}")
    @CsvSource({ "false,false,false", "true,false,false", "true,true,true" })
    void whenTheConnectionIsReplaced_thenTheNextOneIsSetUpWithAllThatWasUpdated(boolean resumption, boolean vertexAi,
            boolean transparent) {
        // given
        client = new EmulatedSessions(service, settings -> {
            settings.resumption = resumption;
            settings.vertexAi = vertexAi;
            settings.transparent = transparent;
            settings.model = "gemini-3.9-live-test";
        });
        assertThat(client.ask(KEY, "hello").text()).isNotEmpty();
        assertThat(client.send(KEY, instruction("Be brief")).await()).isEqualTo(SendOutcome.WRITTEN);
        assertThat(client.send(KEY, tool("clock")).await()).isEqualTo(SendOutcome.WRITTEN);
        assertThat(client.send(KEY, instruction("Be briefer")).await()).isEqualTo(SendOutcome.WRITTEN);
        assertThat(client.ask(KEY, "hello again").text()).isNotEmpty();

        // when
        connection(1).dropTcp().join();

        // then
        assertThat(setup(2).at("/systemInstruction/parts/0/text").asText()).isEqualTo("Be briefer");
        assertThat(setup(2).at("/tools/0/functionDeclarations/0/name").asText()).isEqualTo("clock");
        assertThat(client.ask(KEY, "and again").text()).isNotEmpty();
        assertThat(setup(1).has("systemInstruction")).isFalse();
    }

    @Test
    void whenAnotherSessionOfTheGroupOpens_thenItKnowsNothingOfTheUpdate() {
        client = new EmulatedSessions(service, settings -> {
        });
        assertThat(client.send(KEY, instruction("Be brief")).await()).isEqualTo(SendOutcome.WRITTEN);

        assertThat(client.ask("berta", "hello").text()).isNotEmpty();

        assertThat(setup(2).has("systemInstruction")).isFalse();
    }

    @Test
    void isNoQuestion_soThatNobodyWaitsForItsAnswer() {
        // given a session in which silence after a question would be noticed
        client = new EmulatedSessions(service, settings -> {
        });
        assertThat(client.send(KEY, instruction("Be brief")).await()).isEqualTo(SendOutcome.WRITTEN);

        // when the next caller asks, it does not wait for the end of a turn that nobody began
        EmulatedSessions.Fate answer = client.ask(KEY, "hello");

        // then
        await().atMost(PATIENCE).until(answer::isDone);
        assertThat(answer.text()).isNotEmpty();
        assertThat(TurnTracker.startsTurn(instruction("x"))).isFalse();
    }
}
