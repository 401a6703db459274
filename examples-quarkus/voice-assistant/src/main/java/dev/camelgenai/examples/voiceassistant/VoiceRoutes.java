package dev.camelgenai.examples.voiceassistant;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.builder.RouteBuilder;

/** Between the visitors' pages and their live sessions, one of each per connection. */
@ApplicationScoped
public class VoiceRoutes extends RouteBuilder {

    static final String OPEN = "direct:open";
    static final String SPEAK = "direct:speak";
    static final String STOP_SPEAKING = "direct:stop-speaking";
    static final String WRITE = "direct:write";
    static final String CLOSE = "direct:close";

    private static final String LIVE = "genai-live:{{live.model}}?sessionGroup=voice&response=none";
    /** With a backstop for a session whose visitor is gone: nobody is silent for so long and stays. */
    private static final String SETUP = "&tags=voice&inputTranscription=true&outputTranscription=true&contextWindowCompression=true"
            + "&sessionIdleTimeout={{voice.idle-timeout}}&systemInstruction=RAW({{voice.instruction}})";

    private final Downlink downlink;
    private final Failures failures;

    VoiceRoutes(Downlink downlink, Failures failures) {
        this.downlink = downlink;
        this.failures = failures;
    }

    @Override
    public void configure() {
        from(OPEN).routeId("open")
                .onException(GenAiLiveException.class).handled(true).process(failures.endVisit()).end()
                .to(LIVE + SETUP + "&operation=openSession");

        // speech is of now: what cannot be sent makes room for what comes
        from(SPEAK).routeId("speak")
                .onException(GenAiLiveException.class).handled(true)
                .process(failures.tellVisitor("You cannot be heard at the moment.")).end()
                .to(LIVE + "&operation=sendRealtimeInput&outboxMaxMessages=256&outboxOverflow=dropOldestRealtime"
                        + "&realtimeMaxAge={{voice.max-speech-age}}");

        from(STOP_SPEAKING).routeId("stop-speaking")
                .onException(GenAiLiveException.class).handled(true)
                .process(failures.tellVisitor("You cannot be heard at the moment.")).end()
                .to(LIVE + "&operation=audioStreamEnd");

        from(WRITE).routeId("write")
                .onException(GenAiLiveException.class).handled(true)
                .process(failures.tellVisitor("Your message may not have arrived. Send it again if there is no answer.")).end()
                .to(LIVE);

        from(CLOSE).routeId("close")
                .to(LIVE + "&operation=closeSession");

        // a visitor who does not take what the model says holds up this session: it is closed, not waited for
        from("genai-live:{{live.model}}?sessionGroup=voice&deliver=event"
                + "&events=audio,interrupted,turnComplete,inputTranscript,outputTranscript,turnTranscript,toolCall,"
                + "toolCallCancellation&sessionEvents=opened,goAway,reconnecting,resumed,closed"
                + "&laneStallTimeout={{voice.send-timeout}}&laneOverflow=closeSession")
                .routeId("hear")
                .process(downlink);
    }
}
