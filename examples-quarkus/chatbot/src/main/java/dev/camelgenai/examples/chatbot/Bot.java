package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;

/** The other side of a conversation in the terminal. */
@ApplicationScoped
public class Bot {

    private final ProducerTemplate template;

    Bot(ProducerTemplate template) {
        this.template = template;
    }

    /**
     * @throws GenAiLiveException when there is no answer
     */
    LiveTurn say(String conversation, String text) {
        return request(TerminalRoutes.SAY, conversation, text);
    }

    /**
     * @throws GenAiLiveException  when there is no answer
     * @throws BadRequestException when this is no sound
     */
    LiveTurn speak(String conversation, byte[] wav) {
        return request(TerminalRoutes.SPEAK, conversation, wav);
    }

    private LiveTurn request(String route, String conversation, Object body) {
        try {
            return template.requestBodyAndHeader(route, body, GenAiLiveConstants.SESSION_KEY, conversation, LiveTurn.class);
        } catch (CamelExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
