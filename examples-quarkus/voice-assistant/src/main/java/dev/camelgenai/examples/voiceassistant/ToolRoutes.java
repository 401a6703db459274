package dev.camelgenai.examples.voiceassistant;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** What the model can do for a visitor: it calls these routes. The page of the visitor shows their results. */
@ApplicationScoped
public class ToolRoutes extends RouteBuilder {

    /** Of the visitor's flat, each with a light. */
    static final List<String> ROOMS = List.of("living room", "kitchen", "bedroom");

    private final Visitors visitors;
    private final ToolResults results;

    ToolRoutes(Visitors visitors, ToolResults results) {
        this.visitors = visitors;
        this.results = results;
    }

    @Override
    public void configure() {
        // the component tells the model that the tool failed, and the log why
        errorHandler(noErrorHandler());
        onCompletion().onCompleteOnly().modeBeforeConsumer().process(results::showResult);
        onCompletion().onFailureOnly().modeBeforeConsumer().process(results::showFailure);

        from("genai-live-tool:localTime?tags=voice&behavior=BLOCKING&description=What time it is somewhere"
                + "&parameter.city=string&parameter.city.required=true"
                + "&parameter.city.description=A time zone such as Europe/Rome, or the city that it is named after")
                .routeId("tool-local-time")
                .setBody(ToolRoutes::localTime);

        from("genai-live-tool:switchLight?tags=voice&behavior=BLOCKING&description=Switches the light of a room on or off"
                + "&parameter.room=string&parameter.room.required=true&parameter.room.description=One of "
                + String.join(", ", ROOMS)
                + "&parameter.on=boolean&parameter.on.required=true")
                .routeId("tool-switch-light")
                .setBody(this::switchLight);

        // the conversation goes on meanwhile
        from("genai-live-tool:startTimer?tags=voice&behavior=NON_BLOCKING&scheduling=WHEN_IDLE&timeout=90s"
                + "&description=Starts a timer and tells when it is over"
                + "&parameter.seconds=integer&parameter.seconds.required=true&parameter.seconds.description=1 to 60")
                .routeId("tool-start-timer")
                .choice()
                .when(simple("${header.seconds} range '1..60'"))
                // in milliseconds; no thread waits
                .delay(simple("${header.seconds}000")).asyncDelayed().end()
                .setBody(simple("The timer of ${header.seconds} seconds is over")).endChoice()
                .otherwise()
                .setBody(constant(refusal("A timer runs for 1 to 60 seconds")));
    }

    private static Object localTime(Exchange exchange) {
        String city = exchange.getMessage().getHeader("city", String.class);
        return Clocks.zone(city)
                .<Object>map(zone -> "It is " + Clocks.time(zone, InstantSource.system()) + " in " + city)
                .orElseGet(() -> refusal("There is no time zone " + city + "; try a large city, or a name like Europe/Rome"));
    }

    private Object switchLight(Exchange exchange) {
        Message call = exchange.getMessage();
        String wanted = call.getHeader("room", String.class);
        Optional<String> room = ROOMS.stream().filter(wanted.strip()::equalsIgnoreCase).findFirst();
        if (room.isEmpty()) {
            return refusal("There is no room " + wanted + "; there are " + String.join(", ", ROOMS));
        }
        boolean on = call.getHeader("on", boolean.class);
        visitor(call).ifPresent(visitor -> visitor.tell(new PageMessage.Light(room.get(), on)));
        return "The light in the " + room.get() + " is " + (on ? "on" : "off") + " now";
    }

    private Optional<Visitor> visitor(Message call) {
        return visitors.find(call.getHeader(GenAiLiveConstants.SESSION_KEY, String.class));
    }

    /** Models know that the result of a function may be an error. */
    private static Map<String, String> refusal(String reason) {
        return Map.of(ToolResults.ERROR, reason);
    }
}
