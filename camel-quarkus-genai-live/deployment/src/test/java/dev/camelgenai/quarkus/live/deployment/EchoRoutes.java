package dev.camelgenai.quarkus.live.deployment;

import org.apache.camel.builder.RouteBuilder;

/** A question in, the model's answer out. */
public class EchoRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("direct:ask").to("genai-live:gemini-3.8-live?response=turn");
    }
}
