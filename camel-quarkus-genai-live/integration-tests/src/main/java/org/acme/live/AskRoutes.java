package org.acme.live;

import org.apache.camel.builder.RouteBuilder;

/** Questions over HTTP, answers of the model as text. */
public class AskRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("platform-http:/ask?httpMethodRestrict=POST")
                .convertBodyTo(String.class)
                .to("genai-live:gemini-3.8-live?response=turn")
                .convertBodyTo(String.class)
                .removeHeaders("*");
    }
}
