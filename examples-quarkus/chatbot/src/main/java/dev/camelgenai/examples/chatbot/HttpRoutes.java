package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

import static dev.camelgenai.live.GenAiLiveConstants.SESSION_KEY;

/** The chatbot over HTTP: one live session per conversation. {@code routes/chat.camel.yaml} says the same in YAML. */
@ApplicationScoped
public class HttpRoutes extends RouteBuilder {

    private final ChatRequest chatRequest;
    private final SpeechRequest speechRequest;
    private final SpokenReply spokenReply;
    private final Failures failures;

    HttpRoutes(ChatRequest chatRequest, SpeechRequest speechRequest, SpokenReply spokenReply, Failures failures) {
        this.chatRequest = chatRequest;
        this.speechRequest = speechRequest;
        this.spokenReply = spokenReply;
        this.failures = failures;
    }

    @Override
    public void configure() {
        onException(GenAiLiveException.class, BadRequestException.class).handled(true).process(failures);

        from("platform-http:/chat/{conversation}?httpMethodRestrict=POST&consumes=text/plain").routeId("chat")
                .process(chatRequest)
                .setHeader(SESSION_KEY, header(Conversation.HEADER))
                .to("genai-live:{{chatbot.model}}?sessionGroup=chat&response=turn&turnTimeout={{chatbot.turn-timeout}}")
                .convertBodyTo(String.class)
                // what the client sent would go back to it otherwise
                .removeHeaders("*")
                .setHeader(Exchange.CONTENT_TYPE, constant("text/plain; charset=utf-8"));

        // speech and text of a conversation meet in one session, because the group is the same
        from("platform-http:/speak/{conversation}?httpMethodRestrict=POST&consumes=audio/wav,audio/x-wav,audio/wave")
                .routeId("speak")
                .process(exchange -> Conversation.check(exchange.getMessage()))
                .process(speechRequest)
                .setHeader(SESSION_KEY, header(Conversation.HEADER))
                .to("genai-live:{{chatbot.model}}?sessionGroup=chat&response=turn&turnTimeout={{chatbot.turn-timeout}}"
                        + "&operation=sendRealtimeInput")
                .process(spokenReply)
                .removeHeaders("*")
                .setHeader(Exchange.CONTENT_TYPE, constant("audio/wav"));
    }
}
