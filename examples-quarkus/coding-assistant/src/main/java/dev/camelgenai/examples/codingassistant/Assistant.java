package dev.camelgenai.examples.codingassistant;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.util.ObjectHelper;

/** The other side of the conversation: one live session per conversation. Thread-safe. */
@ApplicationScoped
public class Assistant {

    private final ProducerTemplate template;

    Assistant(ProducerTemplate template) {
        this.template = template;
    }

    /**
     * Asks, and waits until the answer is over; the transcript has it while it comes, or what went wrong.
     *
     * @param conversation its name
     */
    void ask(String conversation, String question, Transcript transcript) {
        Exchange answered = template.send(AssistantRoutes.ASK, exchange -> {
            exchange.setProperty(AssistantRoutes.TRANSCRIPT, transcript);
            exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, conversation);
            exchange.getMessage().setBody(question);
        });
        if (!answered.isFailed()) {
            transcript.end();
            return;
        }
        GenAiLiveException failure = ObjectHelper.getException(GenAiLiveException.class, answered.getException());
        if (failure == null) {
            throw RuntimeCamelException.wrapRuntimeException(answered.getException());
        }
        transcript.failure(failure);
    }

    /** Ends the conversation: the session is closed. */
    void close(String conversation) {
        template.sendBodyAndHeader(AssistantRoutes.CLOSE, null, GenAiLiveConstants.SESSION_KEY, conversation);
    }
}
