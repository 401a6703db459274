package dev.camelgenai.examples.voiceassistant;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

/** A tool with a mistake in it, among the others. */
@ApplicationScoped
public class BrokenToolRoutes extends RouteBuilder {

    private final ToolResults results;

    BrokenToolRoutes(ToolResults results) {
        this.results = results;
    }

    @Override
    public void configure() {
        errorHandler(noErrorHandler());
        onCompletion().onCompleteOnly().modeBeforeConsumer().process(results::showResult);
        onCompletion().onFailureOnly().modeBeforeConsumer().process(results::showFailure);
        from("genai-live-tool:waterPlants?tags=voice&description=Waters the plants")
                .throwException(IllegalStateException.class, "the can is empty");
    }
}
