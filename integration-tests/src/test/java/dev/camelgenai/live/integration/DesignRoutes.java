package dev.camelgenai.live.integration;

import dev.camelgenai.live.LiveEvents;
import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;

import static dev.camelgenai.live.GenAiLiveConstants.EVENT;
import static dev.camelgenai.live.GenAiLiveConstants.SESSION_KEY;

/** The routes of the design, in Java. */
final class DesignRoutes extends RouteBuilder {

    @Override
    public void configure() {
        // errors of live sessions, routed (before the routes, as Camel wants it)
        onException(GenAiLiveException.class).handled(true).to("direct:fallback");

        // ask and wait: one conversation per authenticated user
        from("platform-http:/ask")
                .setHeader(SESSION_KEY, simple("${header.authenticatedUser}"))
                .to("genai-live:{{model}}?sessionGroup=ask&response=turn&turnTimeout=30s")
                .convertBodyTo(String.class);

        // Kafka <-> live session: one session per Kafka key, order kept per key
        from("kafka:mic?groupId=live")
                .setHeader(SESSION_KEY, header(KafkaConstants.KEY))
                .to("genai-live:{{model}}?sessionGroup=mic&operation=sendRealtimeInput");
        from("genai-live:{{model}}?sessionGroup=mic&deliver=event&events=audio")
                .setHeader(KafkaConstants.KEY, header(SESSION_KEY))
                .to("kafka:speaker");

        // the raw messages, split and handled by the route
        from("genai-live:{{model}}?sessionGroup=raw&config=#liveConfig")
                .split(method(LiveEvents.class, "of"))
                .choice()
                .when(header(EVENT).isEqualTo("text")).to("stream:out")
                .when(header(EVENT).isEqualTo("toolCall")).to("direct:tools").end();

        // stream a turn out while it is spoken
        from("direct:narrate").to("genai-live:{{model}}?sessionGroup=narrate&response=stream")
                .split(body()).streaming().stopOnException().to("direct:play");

        // routes as tools
        from("genai-live-tool:orderStatus?tags=shop&description=Status of an order"
                + "&parameter.id=string&parameter.id.required=true")
                .to("sql:select state from orders where id = :#id");
        from("direct:shop").to("genai-live:{{model}}?sessionGroup=shop&tags=shop&response=turn");

        // answer tool calls yourself
        from("genai-live:{{model}}?sessionGroup=approval&deliver=event&events=toolCall&toolExecution=manual")
                .to("direct:approve")
                .to("genai-live:{{model}}?sessionGroup=approval&operation=sendToolResponse");

        // a long-lived line with its life cycle routed
        from("genai-live:{{model}}?sessionGroup=hotline&sessionKey=hotline&sessionStart=onStart"
                + "&sessionEvents=goAway,resumed,closed&resumptionRepository=#handles&bridgeErrorHandler=true")
                .to("direct:hotline");
    }
}
