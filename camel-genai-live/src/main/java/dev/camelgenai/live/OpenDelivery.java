package dev.camelgenai.live;

import dev.camelgenai.live.session.ReceivedMessage;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;

/**
 * Travels with an exchange, and is open for as long as a session waits for it: before it delivers the next message to a consumer, or
 * for the result of a tool. A turn of that session that is awaited in the meantime may never end: the session stops reading once the
 * lane is full, and the turn in which the tool was called is open until it has the result.
 */
final class OpenDelivery {

    private static final String PROPERTY = "CamelGenAiLiveOpenDelivery";

    private final SessionAddress address;
    private final ReceivedMessage received;
    /** Not asked for its id before that is needed: most exchanges never make one. */
    private Exchange delivered;
    /** Beside the exchange, because to set a volatile field to something would cost every message a fence. */
    private volatile boolean ended;

    private OpenDelivery(SessionAddress address, Exchange delivered, ReceivedMessage received) {
        this.address = address;
        this.received = received;
        this.delivered = delivered;
    }

    static OpenDelivery begin(Exchange exchange, SessionAddress address) {
        return begin(exchange, address, null);
    }

    /** @param received what the exchange was made of as a whole; {@code null} where it was made of something else */
    static OpenDelivery begin(Exchange exchange, SessionAddress address, ReceivedMessage received) {
        OpenDelivery delivery = new OpenDelivery(address, exchange, received);
        exchange.setProperty(PROPERTY, delivery);
        return delivery;
    }

    /** What the exchange was made of, so that it is not looked through again; {@code null} where that is not known. */
    static ReceivedMessage received(Exchange exchange) {
        OpenDelivery delivery = exchange.getProperty(PROPERTY, OpenDelivery.class);
        return delivery == null ? null : delivery.received;
    }

    /** The session waits no more. */
    void end() {
        ended = true;
        // a part of it may live on, in an aggregation for instance
        delivered = null;
    }

    /** Whether a session waits for this exchange. */
    static boolean isOpen(Exchange exchange, SessionAddress address) {
        OpenDelivery delivery = exchange.getProperty(PROPERTY, OpenDelivery.class);
        return delivery != null && delivery.address.equals(address) && delivery.holds(exchange);
    }

    /**
     * Whether the delivery ends only after this exchange: it is the delivered one or a part of it. An exchange that went through
     * {@code seda} comes from another endpoint; a wire tap is neither correlated with the tapped exchange nor answers.
     */
    private boolean holds(Exchange exchange) {
        Exchange whole = delivered;
        if (ended || whole == null) {
            return false;
        }
        return exchange == whole || exchange.getFromEndpoint() == whole.getFromEndpoint()
                && (whole.getExchangeId().equals(exchange.getExchangeId())
                        || exchange.getProperty(ExchangePropertyKey.CORRELATION_ID) != null
                        || exchange.getPattern() != ExchangePattern.InOnly);
    }
}
