package dev.camelgenai.examples.chatbot;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

/** Knows where parcels are. */
@ApplicationScoped
public class Carrier {

    private static final Map<String, String> PARCELS = Map.of(
            "77", "is in the depot in Bologna and arrives tomorrow",
            "78", "waits at the post office");

    String locate(String number) {
        String place = PARCELS.get(number);
        return place == null ? "The carrier knows no parcel " + number : "Parcel " + number + ' ' + place;
    }
}
