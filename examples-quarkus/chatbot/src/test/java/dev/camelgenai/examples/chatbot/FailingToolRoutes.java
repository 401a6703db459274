package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

/** One more tool for the tests: a part of the shop that does not work. */
@ApplicationScoped
public class FailingToolRoutes extends RouteBuilder {

    static final String SECRET = "jdbc:postgresql://warehouse/stock?password=hidden";

    @Override
    public void configure() {
        errorHandler(noErrorHandler());

        from("genai-live-tool:warehouseStock?tags=chat&behavior=BLOCKING&description=What is left in the warehouse")
                .routeId("tool-warehouse-stock")
                .throwException(new IllegalStateException("No connection to " + SECRET));
    }
}
