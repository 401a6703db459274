package dev.camelgenai.examples.chatbot;

import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * Couriers that fetch orders which go back. A courier comes once for an order on a day: a model that repeats its call, also under
 * another id as it does after a lost connection, gets the booking that it has already.
 */
@ApplicationScoped
public class Pickups {

    private final Map<Visit, Integer> bookings = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    private record Visit(String order, LocalDate day) {
    }

    /** @return the number of the booking */
    int book(String order, LocalDate day) {
        return bookings.computeIfAbsent(new Visit(order, day), visit -> numbers.incrementAndGet());
    }

    int count() {
        return bookings.size();
    }
}
