package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.EmulatorClock;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;

/**
 * The ephemeral tokens that this emulator has minted: how often and until when each may begin a session, and what its sessions
 * must look like. Bounded: the oldest are forgotten. Thread-safe.
 */
public final class EphemeralTokens {

    /** Sessions may be begun for so long unless the token says otherwise. */
    public static final Duration NEW_SESSIONS = Duration.ofMinutes(1);
    /** Messages may be sent for so long unless the token says otherwise. */
    public static final Duration MESSAGES = Duration.ofMinutes(30);

    private static final int MAX = 10_000;

    /**
     * What a token is to allow.
     *
     * @param uses             how many sessions; 0 for any number
     * @param expires          until when messages may be sent
     * @param newSessionsUntil until when sessions may begin
     * @param setup            what the setup of its sessions must be, validated and in camelCase
     * @param lockedFields     the fields of {@code setup} that replace the client's, as dotted paths in camelCase; none: all of
     *                         it replaces the client's
     */
    public record Grant(int uses, Instant expires, Instant newSessionsUntil, Optional<JsonNode> setup,
            List<String> lockedFields) {
    }

    private static final class Token {

        private final Grant grant;
        private int used;

        private Token(Grant grant) {
            this.grant = grant;
        }
    }

    private final EmulatorClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Token> tokens = new LinkedHashMap<>();

    public EphemeralTokens(EmulatorClock clock) {
        this.clock = clock;
    }

    /** Mints a token and gives back its name, which is what clients show. */
    public String mint(Grant grant) {
        String name = "auth_tokens/" + UUID.randomUUID().toString().replace("-", "");
        lock.lock();
        try {
            tokens.put(name, new Token(grant));
            if (tokens.size() > MAX) {
                Iterator<String> oldest = tokens.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            return name;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the emulator has minted a token of that name. */
    public boolean minted(String name) {
        return grant(name).isPresent();
    }

    /** What a token allows; empty if it was not minted here. */
    Optional<Grant> grant(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(tokens.get(name)).map(token -> token.grant);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins a session with a token that was minted here.
     *
     * @param counts whether it is a use of the token
     * @throws ProtocolViolation if the token does not allow it any more
     */
    void use(String name, boolean counts) throws ProtocolViolation {
        lock.lock();
        try {
            Token token = tokens.get(name);
            if (token == null) {
                throw ProtocolViolation.invalidPayload(ServiceClose.API_KEY_NOT_VALID.reason());
            }
            Instant now = clock.now();
            if (!now.isBefore(token.grant.expires())) {
                throw ProtocolViolation.invalidPayload(ServiceClose.API_KEY_EXPIRED.reason());
            }
            if (!counts) {
                return;
            }
            if (!now.isBefore(token.grant.newSessionsUntil())) {
                throw ProtocolViolation.refusedToken("the time for new sessions with this token was over at "
                        + token.grant.newSessionsUntil());
            }
            if (token.grant.uses() > 0 && token.used >= token.grant.uses()) {
                throw ProtocolViolation.refusedToken("all " + token.grant.uses() + " uses of this token are used up; mint one "
                        + "with more");
            }
            token.used++;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all tokens. */
    public void clear() {
        lock.lock();
        try {
            tokens.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The setup that is in force if a client with such a token sends {@code sent}. */
    static ObjectNode constrain(ObjectNode sent, Grant grant) {
        if (grant.setup().isEmpty()) {
            return sent;
        }
        ObjectNode locked = (ObjectNode) grant.setup().get();
        ObjectNode effective = sent.deepCopy();
        if (grant.lockedFields().isEmpty()) {
            // the handle is the conversation's, not the configuration's
            JsonNode resumption = sent.path("sessionResumption");
            effective = locked.deepCopy();
            if (resumption.isObject()) {
                effective.set("sessionResumption", resumption);
            }
            return effective;
        }
        for (String path : grant.lockedFields()) {
            replace(effective, locked, path.split("\\."), 0);
        }
        return effective;
    }

    private static void replace(ObjectNode target, JsonNode source, String[] path, int depth) {
        JsonNode value = source.path(path[depth]);
        if (depth == path.length - 1) {
            if (value.isMissingNode()) {
                target.remove(path[depth]);
            } else {
                target.set(path[depth], value.deepCopy());
            }
            return;
        }
        JsonNode child = target.path(path[depth]);
        ObjectNode object = child.isObject() ? (ObjectNode) child : JsonNodeFactory.instance.objectNode();
        target.set(path[depth], object);
        replace(object, value, path, depth + 1);
    }
}
