package dev.camelgenai.emulator;

import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A message that a client sent after its setup.
 *
 * @param number     order of arrival within the session; the setup is 0 and the first message 1, as the service counts for
 *                   transparent resumption
 * @param receivedAt when the whole message had arrived
 * @param kind       {@code clientContent}, {@code realtimeInput}, {@code toolResponse}, {@code contextUpdate}, or
 *                   {@code invalid} for a message that the session was closed for
 * @param json       exactly what was sent, in the spelling of the client; {@code null} node if it was no JSON at all. Do not
 *                   modify
 */
public record RecordedMessage(long number, Instant receivedAt, String kind, JsonNode json) {
}
