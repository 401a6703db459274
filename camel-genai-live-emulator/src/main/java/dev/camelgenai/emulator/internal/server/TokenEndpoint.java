package dev.camelgenai.emulator.internal.server;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.camelgenai.emulator.fault.ServiceClose;
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
    /** The service's own limit for both times of a token. */
    private static final Duration MAX_AHEAD = Duration.ofHours(20);
    private static final int MAX_BODY_BYTES = 1024 * 1024;

    private final Backend backend;

    TokenEndpoint(Backend backend) {
        this.backend = backend;
    }

    static boolean serves(String path) {
        return path != null && PATH.matcher(path).matches();
    }

    void handle(HttpServerRequest request, Credential credential) {
        if (!credential.isApiKey()) {
            answer(request, 403, new GoogleError(403, "Method doesn't allow unregistered callers (callers without established "
                    + "identity). Please use API Key or other form of API consumer identity to call this API.").json());
            return;
        }
        if (!backend.settings().accepts(credential)) {
            refuse(request, ServiceClose.API_KEY_NOT_VALID.reason());
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > MAX_BODY_BYTES) {
                // the rest, which may never end, is not waited for
                request.handler(null).endHandler(null).pause();
                refuse(request, "Request payload size exceeds the limit: " + MAX_BODY_BYTES + " bytes.");
            }
        });
        request.endHandler(v -> mint(request, body));
    }

    private void mint(HttpServerRequest request, Buffer body) {
        try {
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
            if (grant.setup().isEmpty() && !grant.lockedFields().isEmpty()) {
                throw ProtocolViolation.invalidPayload("fieldMask needs bidiGenerateContentSetup.");
            }
            answer(request, 200, JsonNodeFactory.instance.objectNode().put("name", backend.tokens().mint(grant))
                    .put("expireTime", grant.expires().toString())
                    .put("newSessionExpireTime", grant.newSessionsUntil().toString()).put("uses", grant.uses()).toString());
        } catch (ProtocolViolation e) {
            refuse(request, e.getMessage());
        }
    }

    private static Instant time(JsonNode wanted, String name, Instant now, Instant ifUnset) throws ProtocolViolation {
        if (!wanted.has(name)) {
            return ifUnset;
        }
        try {
            Instant time = OffsetDateTime.parse(wanted.get(name).asText()).toInstant();
            if (!time.isAfter(now) || !time.isBefore(now.plus(MAX_AHEAD))) {
                throw ProtocolViolation.invalidPayload(name + " must be in the future, and less than " + MAX_AHEAD.toHours()
                        + " hours.");
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

    private static void refuse(HttpServerRequest request, String message) {
        answer(request, 400, new GoogleError(400, message).json());
    }

    /** One request per connection: nobody has to watch how long the next one takes. */
    private static void answer(HttpServerRequest request, int status, String json) {
        request.response().setStatusCode(status).putHeader("Content-Type", GoogleError.CONTENT_TYPE)
                .putHeader("Connection", "close").end(json).onComplete(done -> request.connection().close());
    }
}
