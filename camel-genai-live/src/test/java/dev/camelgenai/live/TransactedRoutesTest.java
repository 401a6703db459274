package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.jta.JtaTransactionPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Transactions are bound to a thread, so a transacted exchange must not leave its own. */
@Timeout(60)
class TransactedRoutesTest extends RoutesTestSupport {

    /** What was written, by transaction. */
    private static final ThreadLocal<List<String>> TRANSACTION = new ThreadLocal<>();

    private final Queue<String> committed = new ConcurrentLinkedQueue<>();
    private final Queue<String> rolledBack = new ConcurrentLinkedQueue<>();
    private final Queue<Long> threads = new ConcurrentLinkedQueue<>();

    private final class ThreadBoundTransactions extends JtaTransactionPolicy {

        @Override
        public void run(Runnable work) throws Throwable {
            List<String> written = new ArrayList<>();
            TRANSACTION.set(written);
            try {
                work.run();
                committed.addAll(written);
            } catch (Throwable e) {
                rolledBack.addAll(written);
                throw e;
            } finally {
                TRANSACTION.remove();
            }
        }
    }

    @BeforeEach
    void serveEcho() {
        serve(Scenarios.echo());
        createContext();
        context.getRegistry().bind("transactions", new ThreadBoundTransactions());
    }

    /** Fails outside of a transaction. */
    private Processor write(String text) {
        return exchange -> {
            threads.add(Thread.currentThread().getId());
            TRANSACTION.get().add(text);
        };
    }

    @Test
    void aTransactedExchangeStaysOnItsThreadWhileItAwaitsATurn() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:order").transacted("transactions").process(write("order")).to(ASK).process(write("answer"))
                        .convertBodyTo(String.class).toD("genai-live:${header.model}?sessionGroup=dynamic&response=turn")
                        .process(write("second answer"))
                        .convertBodyTo(String.class);
            }
        });

        Exchange sent = send("direct:order", "hello", Map.of("model", "gemini-3.8-live"));

        assertThat(sent.getException()).isNull();
        assertThat(sent.getMessage().getBody()).isEqualTo("hello");
        assertThat(committed).containsExactly("order", "answer", "second answer");
        assertThat(rolledBack).isEmpty();
        assertThat(threads).containsOnly(Thread.currentThread().getId());
    }

    @Test
    void aRefusedSendRollsTheTransactionBack() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:order").transacted("transactions").process(write("order")).to(ASK).process(write("answer"));
            }
        });

        Exchange sent = send("direct:order", "hello", Map.of(GenAiLiveConstants.SESSION_KEY, ""));

        assertThat(sent.getException()).isInstanceOf(LiveInputException.class);
        assertThat(rolledBack).containsExactly("order");
        assertThat(committed).isEmpty();
    }

    @Test
    void aTurnThatFailsLaterRollsTheTransactionBackToo() throws Exception {
        service.faults().closeAfter(1, 1011, "Internal error occurred.", 1);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:order").transacted("transactions").process(write("order")).to(ASK).process(write("answer"));
            }
        });

        Exchange sent = send("direct:order", "hello", Map.of());

        assertThat(sent.getException()).hasStackTraceContaining("Internal error occurred.");
        assertThat(rolledBack).containsExactly("order");
        assertThat(committed).isEmpty();
    }

    @Test
    void messagesOfASessionAreHandledInATransactionEach() throws Exception {
        MockEndpoint done = mock("done");
        done.expectedMinimumMessageCount(3);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR).transacted("transactions").process(write("message"))
                        .to("genai-live:gemini-3.8-live?sessionGroup=other&response=turn&operation=openSession")
                        .process(write("after")).to("mock:done");
            }
        });
        template.sendBody(TELL, "hello");

        done.assertIsSatisfied(PATIENCE.toMillis());

        assertThat(committed).startsWith("message", "after", "message", "after");
        assertThat(rolledBack).isEmpty();
    }
}
