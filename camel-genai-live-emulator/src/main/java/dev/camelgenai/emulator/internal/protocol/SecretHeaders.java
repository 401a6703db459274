package dev.camelgenai.emulator.internal.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The one place where messages of a client carry credentials for somebody else: the headers for MCP servers. Stateless. */
public final class SecretHeaders {

    private static final String MASK = "***";
    private static final String MCP_SERVERS = "mcpServers";
    private static final String HEADERS = "headers";

    private SecretHeaders() {
    }

    /** Whether {@link #masked} is worth the while. */
    public static boolean mayBeIn(String message) {
        return message.contains(MCP_SERVERS) || message.contains("mcp_servers");
    }

    /** The message with all values of such headers replaced; modifies nothing. */
    public static JsonNode masked(JsonNode message) {
        JsonNode copy = message.deepCopy();
        mask(copy, false);
        return copy;
    }

    private static void mask(JsonNode node, boolean ofServers) {
        if (node instanceof ArrayNode array) {
            array.forEach(item -> mask(item, ofServers));
        } else if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (ofServers && HEADERS.equals(field.getKey()) && field.getValue() instanceof ObjectNode headers) {
                    headers.properties().forEach(header -> header.setValue(headers.textNode(MASK)));
                } else {
                    mask(field.getValue(), ofServers || MCP_SERVERS.equals(ClientMessages.camelPath(field.getKey())));
                }
            });
        }
    }
}
