package dev.camelgenai.emulator.scenario;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the client answered to a {@link ToolCall}.
 *
 * @param id           the id that the emulator gave the call
 * @param name         the name of the function that was called
 * @param response     the {@code response} as sent, a missing node if there is none. Do not modify
 * @param willContinue whether more answers to the same call will follow
 */
public record ToolResult(String id, String name, JsonNode response, boolean willContinue) {
}
