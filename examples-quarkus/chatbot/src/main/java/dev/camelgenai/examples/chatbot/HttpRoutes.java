package dev.camelgenai.examples.chatbot;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

import static dev.camelgenai.live.GenAiLiveConstants.SESSION_KEY;
import static dev.camelgenai.live.GenAiLiveConstants.TURN_ID;

/** The chatbot over HTTP: one live session per conversation. {@code routes/chat.camel.yaml} says the same in YAML. */
@ApplicationScoped
public class HttpRoutes extends RouteBuilder {

    private final ChatRequest chatRequest;
    private final SpeechRequest speechRequest;
    private final SpokenReply spokenReply;
    private final Failures failures;
    private final UnsolicitedTurns unsolicited;

    HttpRoutes(ChatRequest chatRequest, SpeechRequest speechRequest, SpokenReply spokenReply, Failures failures,
            UnsolicitedTurns unsolicited) {
        this.chatRequest = chatRequest;
        this.speechRequest = speechRequest;
        this.spokenReply = spokenReply;
        this.failures = failures;
        this.unsolicited = unsolicited;
    }

    @Override
    public void configure() {
        onException(GenAiLiveException.class, BadRequestException.class).handled(true).process(failures);

        from("platform-http:/chat/{conversation}?httpMethodRestrict=POST&consumes=text/plain").routeId("chat")
                .process(chatRequest)
                .setHeader(SESSION_KEY, header(Conversation.HEADER))
                .process(unsolicited.question("chat"))
                .to("genai-live:{{live.model}}?sessionGroup=chat&tags=chat&response=turn&turnTimeout={{chatbot.turn-timeout}}")
                .convertBodyTo(String.class)
                // what the client sent would go back to it otherwise; headers of Camel do not
                .removeHeaders("*", TURN_ID)
                .setHeader(Exchange.CONTENT_TYPE, constant("text/plain; charset=utf-8"));

        // speech and text of a conversation meet in one session, because the group is the same
        from("platform-http:/speak/{conversation}?httpMethodRestrict=POST&consumes=audio/wav,audio/x-wav,audio/wave")
                .routeId("speak")
                .process(exchange -> Conversation.check(exchange.getMessage()))
                .process(speechRequest)
                .setHeader(SESSION_KEY, header(Conversation.HEADER))
                .process(unsolicited.question("chat"))
                .to("genai-live:{{live.model}}?sessionGroup=chat&tags=chat&response=turn&turnTimeout={{chatbot.turn-timeout}}"
                        + "&operation=sendRealtimeInput")
                .process(spokenReply)
                .removeHeaders("*", TURN_ID)
                .setHeader(Exchange.CONTENT_TYPE, constant("audio/wav"));

        hearUnsolicitedTurns("chat", "/chat/");
        hearUnsolicitedTurns("yaml", "/yaml/chat/");
    }

    /** What the model says by itself waits until it is fetched: HTTP clients cannot be called. */
    private void hearUnsolicitedTurns(String group, String path) {
        from("genai-live:{{live.model}}?sessionGroup=" + group
                + "&deliver=event&events=turnTranscript&sessionEvents=closed")
                .routeId(group + "-unsolicited")
                .process(unsolicited.turns(group));

        from("platform-http:" + path + "{conversation}?httpMethodRestrict=GET").routeId(group + "-meanwhile")
                .process(exchange -> {
                    Message message = exchange.getMessage();
                    Conversation.check(message);
                    List<String> words = unsolicited.take(group, message.getHeader(Conversation.HEADER, String.class));
                    message.removeHeaders("*");
                    if (words.isEmpty()) {
                        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
                    } else {
                        message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
                    }
                    message.setBody(String.join("\n", words));
                });
    }
}
