package dev.camelgenai.examples.chatbot;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What the model can do for the user: it calls these routes, whose options tell it when and with what. All that it gets back is the
 * body, and no more than "The tool failed." of an exception; what it is to tell the user it gets as a result, therefore, also when
 * that is a no. {@code routes/tools.camel.yaml} has one more.
 */
@ApplicationScoped
public class ToolRoutes extends RouteBuilder {

    private static final int MAX_DAYS_AHEAD = 30;

    private final Orders orders;
    private final Carrier carrier;
    private final Pickups pickups;
    private final Duration carrierTime;

    ToolRoutes(Orders orders, Carrier carrier, Pickups pickups,
            @ConfigProperty(name = "chatbot.carrier-time") Duration carrierTime) {
        this.orders = orders;
        this.carrier = carrier;
        this.pickups = pickups;
        this.carrierTime = carrierTime;
    }

    @Override
    public void configure() {
        // the component tells the model that the tool failed, and the log why
        errorHandler(noErrorHandler());

        from("genai-live-tool:orderStatus?tags=chat&behavior=BLOCKING&description=How far an order of our shop is"
                + "&parameter.id=string&parameter.id.required=true&parameter.id.description=Number of the order, such as 1042")
                .routeId("tool-order-status")
                .setBody(this::orderStatus);

        from("genai-live-tool:localTime?tags=chat&behavior=BLOCKING&description=What time it is somewhere"
                + "&parameter.city=string&parameter.city.required=true"
                + "&parameter.city.description=A time zone such as Europe/Rome, or the city that it is named after")
                .routeId("tool-local-time")
                .setBody(this::localTime);

        // the carrier takes its time: the conversation goes on meanwhile, and nobody minds when the enquiry is given up
        from("genai-live-tool:trackParcel?tags=chat&behavior=NON_BLOCKING&scheduling=WHEN_IDLE&cancellable=true"
                + "&description=Asks the carrier where a parcel is; takes a while"
                + "&parameter.number=string&parameter.number.required=true"
                + "&parameter.number.description=Number of the parcel, such as 77")
                .routeId("tool-track-parcel")
                .delay(carrierTime.toMillis())
                .setBody(exchange -> carrier.locate(argument(exchange, "number")));

        // half a booking would be worse than one that nobody waits for any more
        from("genai-live-tool:bookPickup?tags=chat&behavior=BLOCKING&cancellable=false"
                + "&description=Books a courier who fetches an order that goes back"
                + "&parameter.order=string&parameter.order.required=true&parameter.order.description=Number of the order"
                + "&parameter.day=string&parameter.day.required=true&parameter.day.description=The day as yyyy-mm-dd")
                .routeId("tool-book-pickup")
                .setBody(this::bookPickup);
    }

    private Object orderStatus(Exchange exchange) {
        String id = argument(exchange, "id");
        return orders.find(id).<Object>map(order -> "Order " + id + ", " + order.item() + ": " + order.status())
                .orElseGet(() -> refusal("There is no order " + id));
    }

    private Object localTime(Exchange exchange) {
        String city = argument(exchange, "city");
        return Clocks.zone(city)
                .<Object>map(
                        zone -> "It is " + Clocks.time(zone, InstantSource.system()) + " in " + city + " (" + zone + ')')
                .orElseGet(() -> refusal("There is no time zone " + city + "; try a large city, or a name like Europe/Rome"));
    }

    private Object bookPickup(Exchange exchange) {
        String order = argument(exchange, "order");
        LocalDate day;
        try {
            day = LocalDate.parse(argument(exchange, "day"));
        } catch (DateTimeException e) {
            return refusal("The day must be written like 2027-01-31");
        }
        LocalDate today = LocalDate.now();
        if (day.isBefore(today) || day.isAfter(today.plusDays(MAX_DAYS_AHEAD))) {
            return refusal("Couriers can be booked from today on, and for " + MAX_DAYS_AHEAD + " days");
        }
        return orders.find(order)
                .<Object>map(
                        found -> "A courier fetches order " + order + " on " + day + ", booking " + pickups.book(order, day))
                .orElseGet(() -> refusal("There is no order " + order));
    }

    /** The component has checked that it is there and of its type. */
    private static String argument(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, String.class);
    }

    /** Models know that the result of a function may be an error. */
    private static Map<String, String> refusal(String reason) {
        return Map.of("error", reason);
    }
}
