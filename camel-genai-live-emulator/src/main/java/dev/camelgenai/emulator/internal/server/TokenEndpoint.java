package dev.camelgenai.emulator.internal.server;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.GoogleError;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.session.Backend;
import dev.camelgenai.emulator.internal.session.EphemeralTokens;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Mints ephemeral tokens for those who have an API key: {@code POST /v1alpha/auth_tokens}. */
final class TokenEndpoint {

    private static final Pattern PATH = Pattern.compile(".*/v1(?:alpha|beta)/auth_tokens");
    private static final int MAX_BODY_BYTES = 1024 * 1024;

    private final Backend backend;

    TokenEndpoint(Backend backend) {
        this.backend = backend;
    }

    static boolean serves(String path) {
        return path != null && PATH.matcher(path).matches();
    }

    void handle(HttpServerRequest request) {
        Credential credential = LiveServer.credential(request);
        if (!credential.isApiKey()) {
            answer(request, 403, new GoogleError(403, "Method doesn't allow unregistered callers (callers without established "
                    + "identity). Please use API Key or other form of API consumer identity to call this API.").json());
            return;
        }
        if (!backend.settings().accepts(credential)) {
            answer(request, 400, new GoogleError(400, "API key not valid. Please pass a valid API key.").json());
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= MAX_BODY_BYTES) {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(v -> mint(request, body));
    }

    private void mint(HttpServerRequest request, Buffer body) {
        try {
            if (body.length() > MAX_BODY_BYTES) {
                throw ProtocolViolation.invalidPayload("Request payload size exceeds the limit: " + MAX_BODY_BYTES + " bytes.");
            }
            JsonNode wanted = body.length() == 0
                    ? JsonNodeFactory.instance.objectNode()
                    : ClientMessages.validateToken(ClientMessages.parse(body.getBytes()));
            Instant now = backend.clock().now();
            EphemeralTokens.Grant grant = new EphemeralTokens.Grant(wanted.path("uses").asInt(1),
                    time(wanted, "expireTime", now, now.plus(EphemeralTokens.MESSAGES)),
                    time(wanted, "newSessionExpireTime", now, now.plus(EphemeralTokens.NEW_SESSIONS)),
                    Optional.ofNullable(wanted.get("bidiGenerateContentSetup")), fields(wanted.path("fieldMask").asText("")));
            if (grant.uses() < 0) {
                throw ProtocolViolation.invalidPayload("uses must not be negative.");
            }
            answer(request, 200, JsonNodeFactory.instance.objectNode().put("name", backend.tokens().mint(grant))
                    .put("expireTime", grant.expires().toString())
                    .put("newSessionExpireTime", grant.newSessionsUntil().toString()).put("uses", grant.uses()).toString());
        } catch (ProtocolViolation e) {
            answer(request, 400, new GoogleError(400, e.getMessage()).json());
        }
    }

    private static Instant time(JsonNode wanted, String name, Instant now, Instant ifUnset) throws ProtocolViolation {
        if (!wanted.has(name)) {
            return ifUnset;
        }
        try {
            Instant time = Instant.parse(wanted.get(name).asText());
            if (!time.isAfter(now)) {
                throw ProtocolViolation.invalidPayload(name + " must be in the future.");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw ProtocolViolation.invalidPayload("Invalid value at '" + name + "', Field '" + name
                    + "', Illegal timestamp format; timestamps must end with 'Z' or have a valid timezone offset.");
        }
    }

    /** A FieldMask as proto-JSON: a list of paths, with commas; each may begin with the name of the message it is about. */
    private static List<String> fields(String mask) {
        return Arrays.stream(mask.split(",")).map(String::strip).filter(path -> !path.isEmpty())
                .map(path -> path.startsWith("bidiGenerateContentSetup.") ? path.substring(path.indexOf('.') + 1) : path)
                .map(ClientMessages::camelPath).toList();
    }

    private static void answer(HttpServerRequest request, int status, String json) {
        request.response().setStatusCode(status).putHeader("Content-Type", "application/json; charset=UTF-8").end(json);
    }
}
