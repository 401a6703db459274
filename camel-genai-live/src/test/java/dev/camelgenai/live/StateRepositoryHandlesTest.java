package dev.camelgenai.live;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.StateRepository;
import org.apache.camel.support.processor.state.FileStateRepository;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Resumption handles in the repositories that Camel has. */
class StateRepositoryHandlesTest {

    private static final SessionAddress ANNA = new SessionAddress("group=one\nline", "anna@example.com");
    private static final SessionAddress BERT = new SessionAddress("group=one\nline", "bert@example.com");
    private static final SessionAddress OTHER_ANNA = new SessionAddress("other", "anna@example.com");

    @TempDir
    private Path directory;

    private StateRepository<String, String> repository(String kind) {
        return "file".equals(kind)
                ? FileStateRepository.fileStateRepository(directory.resolve("handles.txt").toFile())
                : new MemoryStateRepository();
    }

    @ParameterizedTest
    @ValueSource(strings = { "memory", "file" })
    void theLastHandleOfEveryConversationIsKeptUntilItIsRemoved(String kind) {
        StateRepository<String, String> repository = repository(kind);
        repository.start();
        StateRepositoryHandles handles = new StateRepositoryHandles(repository);
        assertThat(handles.load(ANNA)).isNull();

        handles.save(ANNA, "first");
        handles.save(ANNA, "second");
        handles.save(BERT, "Bert's");
        handles.save(OTHER_ANNA, "of another group");
        handles.remove(BERT);

        assertThat(handles.load(ANNA)).isEqualTo("second");
        assertThat(handles.load(BERT)).isNull();
        assertThat(handles.load(OTHER_ANNA)).isEqualTo("of another group");
        repository.stop();
    }

    @Test
    void handlesAreThereAgainAfterARestart() {
        StateRepository<String, String> before = repository("file");
        before.start();
        new StateRepositoryHandles(before).save(ANNA, "kept");
        new StateRepositoryHandles(before).save(BERT, "lost");
        new StateRepositoryHandles(before).remove(BERT);
        before.stop();

        StateRepository<String, String> after = repository("file");
        after.start();

        assertThat(new StateRepositoryHandles(after).load(ANNA)).isEqualTo("kept");
        assertThat(new StateRepositoryHandles(after).load(BERT)).isNull();
        after.stop();
    }

    @Test
    void anotherProcessReadsWhatWasSavedWithoutAStop() {
        StateRepository<String, String> crashed = repository("file");
        crashed.start();
        new StateRepositoryHandles(crashed).save(ANNA, "kept");

        StateRepository<String, String> other = repository("file");
        other.start();

        assertThat(new StateRepositoryHandles(other).load(ANNA)).isEqualTo("kept");
        other.stop();
        crashed.stop();
    }

    @Test
    void theSessionKeyIsNotReadableInTheRepository() throws Exception {
        StateRepository<String, String> repository = repository("file");
        repository.start();

        new StateRepositoryHandles(repository).save(new SessionAddress("gemini-3.8-live", "anna@example.com"), "handle");

        // printf 'anna@example.com' | sha256sum
        assertThat(Files.readString(directory.resolve("handles.txt"))).isEqualTo(
                "gemini-3.8-live:f7d54c22dda5b1780276601cd005909b70543fc4a6ba72d735b4cb9bbb611f01=handle\n");
        repository.stop();
    }

    @Test
    void aRepositoryIsStartedWithTheFirstRouteThatNamesItAndStoppedWithTheContext() throws Exception {
        FileStateRepository repository = (FileStateRepository) repository("file");
        try (CamelContext context = context(repository)) {
            context.start();
            assertThat(repository.isStarted()).isTrue();
        }

        assertThat(repository.isStopped()).isTrue();
    }

    @Test
    void aRepositoryThatSomebodyElseHasStartedIsNotStopped() throws Exception {
        FileStateRepository repository = (FileStateRepository) repository("file");
        repository.start();

        try (CamelContext context = context(repository)) {
            context.start();
        }

        assertThat(repository.isStarted()).isTrue();
        repository.stop();
    }

    @Test
    void aRepositoryThatCannotBeStartedIsRefusedWithTheNameOfTheOption() {
        StateRepository<String, String> broken = new FileStateRepository();

        try (HandleStores stores = new HandleStores(new DefaultCamelContext())) {
            assertThatThrownBy(() -> stores.of(broken)).isInstanceOf(LiveInputException.class)
                    .hasMessageContaining("resumptionRepository").hasMessageContaining("FileStateRepository");
        }
    }

    private static CamelContext context(FileStateRepository repository) throws Exception {
        CamelContext context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setApiKey("key");
        options.setBaseUrl("ws://127.0.0.1:9");
        context.getRegistry().bind("handles", repository);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:a").to("genai-live:gemini-3.8-live?resumptionRepository=#handles");
                from("direct:b").to("genai-live:gemini-3.8-live?sessionGroup=other&resumptionRepository=#handles");
            }
        });
        return context;
    }

    @Test
    void inMemoryTheGroupsOfAComponentShareOneStore() {
        try (HandleStores stores = new HandleStores(new DefaultCamelContext())) {
            stores.of(null).save(ANNA, "handle");

            assertThat(stores.of(null).load(ANNA)).isEqualTo("handle");
            assertThat(stores.of(null).load(OTHER_ANNA)).isNull();
        }
    }
}
