package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.genai.types.Content;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Interruptions that come late, in either order or for nothing, and old audio that still plays: none of it with a route that
 * is slower than the model.
 */
class BargeInTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int QUEUED = 50;

    private static final String AUDIO = "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":[{\"inlineData\":"
            + "{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AAAA\"}}]}}}";
    private static final String INTERRUPTED = "{\"serverContent\":{\"interrupted\":true}}";
    private static final String TURN_COMPLETE = "{\"serverContent\":{\"turnComplete\":true}}";
    private static final String NEXT_TURN = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"next turn\"}}}";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()));

    /** Is not done with the first audio before it is told. */
    private final class Player extends AsyncProcessorSupport {

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            String kind = kind(exchange.getMessage().getBody(LiveServerMessage.class));
            heard.add(kind);
            if (kind.equals("audio") && playing == null) {
                playing = callback;
                return false;
            }
            callback.done(true);
            return true;
        }

        private String kind(LiveServerMessage message) {
            if (message.setupComplete().isPresent()) {
                return "setupComplete";
            }
            LiveServerContent content = message.serverContent().orElseThrow();
            if (content.modelTurn().flatMap(Content::parts).isPresent()) {
                return "audio";
            }
            if (content.interrupted().orElse(false)) {
                return "interrupted";
            }
            return content.turnComplete().orElse(false) ? "turnComplete" : "transcript";
        }
    }

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private volatile AsyncCallback playing;
    private CamelContext context;
    private GenAiLiveConsumer consumer;
    private RecordedSession session;

    @BeforeEach
    void startContextAndOpenSession() throws Exception {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        // so that every message but the first is the test's own
        options.setSessionResumption(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live").routeId("consumer").process(new Player());
                from("direct:open").to("genai-live:gemini-3.8-live?operation=openSession");
            }
        });
        context.start();
        consumer = (GenAiLiveConsumer) context.getRoute("consumer").getConsumer();
        int known = EMULATOR.get().sessions().size();
        context.createProducerTemplate().sendBody("direct:open", "");
        session = EMULATOR.get().awaitSessions(known + 1, PATIENCE).get(known);
    }

    @AfterEach
    void stopContext() {
        if (playing != null) {
            playing.done(false);
        }
        context.stop();
    }

    private void modelSpeaks() {
        session.send(AUDIO);
        await().atMost(PATIENCE).until(() -> playing != null);
        for (int i = 0; i < QUEUED; i++) {
            session.send(AUDIO);
        }
        await().atMost(PATIENCE).until(() -> consumer.pendingMessages() == QUEUED);
    }

    private void awaitPending(int messages) {
        await().atMost(PATIENCE).until(() -> consumer.pendingMessages() == messages);
    }

    private void played() {
        AsyncCallback callback = playing;
        callback.done(false);
        playing = exchangeDone -> {
        };
    }

    private void awaitHeard(String... expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).last().isEqualTo(expected[expected.length - 1]));
        assertThat(List.copyOf(heard)).containsExactly(expected);
    }

    @Test
    void theInterruptionComesBeforeTheAudioThatWasQueuedAndThatIsDropped() {
        modelSpeaks();

        session.send(INTERRUPTED);
        awaitPending(1);
        session.send(TURN_COMPLETE);
        session.send(NEXT_TURN);
        awaitPending(3);
        played();

        awaitHeard("setupComplete", "audio", "interrupted", "turnComplete", "transcript");
    }

    @Test
    void theInterruptionOfATurnThatIsCompleteAlreadyComesBeforeWhatIsLeftOfIt() {
        modelSpeaks();

        session.send(TURN_COMPLETE);
        session.send(INTERRUPTED);
        session.send(NEXT_TURN);
        awaitPending(3);
        played();

        awaitHeard("setupComplete", "audio", "interrupted", "turnComplete", "transcript");
    }

    @Test
    void anInterruptionOfNothingChangesNothing() {
        awaitHeard("setupComplete");

        session.send(INTERRUPTED);
        session.send(TURN_COMPLETE);
        session.send(NEXT_TURN);

        awaitHeard("setupComplete", "interrupted", "turnComplete", "transcript");
    }
}
