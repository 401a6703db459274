package dev.camelgenai.examples.livetranslation;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

import io.smallrye.mutiny.Multi;

/**
 * Listeners. A route of {@code platform-http} could do it as well, but would hold a thread for each of them, and not notice that one has
 * gone before there is something to tell.
 */
@Path("/talks/{talk}/{language}")
public class ListenerResource {

    private final Audience audience;
    private final TranslationConfig config;

    ListenerResource(Audience audience, TranslationConfig config) {
        this.audience = audience;
        this.config = config;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> listen(@PathParam("talk") String talk, @PathParam("language") String language,
            @Context Sse sse) {
        if (!Booth.isTalk(talk)) {
            throw failure(400, "A talk has a name of 1 to 64 letters, digits or any of . _ ~ -");
        }
        if (!config.languages().containsKey(language)) {
            throw failure(404, "There is no translation into '" + language + "'; there are "
                    + String.join(", ", config.languages().keySet().stream().sorted().toList()));
        }
        // too late for a status once there is a stream
        if (audience.isFull()) {
            throw failure(503, "All places are taken (translation.max-listeners); come again later");
        }
        return audience.listen(new Booth(talk, language))
                .map(caption -> sse.newEventBuilder().name(caption.kind().name()).data(caption.text()).build());
    }

    private static WebApplicationException failure(int status, String message) {
        return new WebApplicationException(
                Response.status(status).type("text/plain; charset=utf-8").entity(message + '\n').build());
    }
}
