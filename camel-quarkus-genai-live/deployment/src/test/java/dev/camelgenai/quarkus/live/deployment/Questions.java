package dev.camelgenai.quarkus.live.deployment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.vertx.ext.web.Router;
import org.apache.camel.ProducerTemplate;

/** Takes questions over HTTP. */
@ApplicationScoped
public class Questions {

    void serve(@Observes Router router, ProducerTemplate camel) {
        router.get("/ask/:question").blockingHandler(
                request -> request.response()
                        .end(camel.requestBody("direct:ask", request.pathParam("question"), String.class)));
    }
}
