package dev.camelgenai.live;

import dev.camelgenai.live.session.LiveTurnStream;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Closes the stream of a turn when its exchange is done, so that nobody waits for a reader who does not come; unless the stream
 * is the result of the exchange, which its caller reads after that.
 */
final class StreamCompletion extends SynchronizationAdapter {

    private final LiveTurnStream stream;

    StreamCompletion(LiveTurnStream stream) {
        this.stream = stream;
    }

    @Override
    public void onDone(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        boolean handedOn = body == stream || (body instanceof TurnInputStream bytes && bytes.reads(stream));
        if (exchange.isFailed() || !handedOn) {
            stream.close();
        }
    }
}
