package dev.camelgenai.examples.chatbot;

import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

/** The orders of the shop that the chatbot works for; a table in memory stands in for its database. */
@ApplicationScoped
public class Orders {

    private static final Map<String, Order> TABLE = Map.of(
            "1042", new Order("coffee grinder", "sent with parcel 77"),
            "1043", new Order("six espresso cups", "being packed"),
            "1044", new Order("milk jug", "delivered"));

    /** What was ordered, and how far it is. */
    record Order(String item, String status) {
    }

    Optional<Order> find(String id) {
        return Optional.ofNullable(TABLE.get(id));
    }
}
