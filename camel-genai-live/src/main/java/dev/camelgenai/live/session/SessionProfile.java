package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLContext;

import com.google.genai.types.LiveConnectConfig;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.transport.LiveProxy;

/**
 * What all sessions of a group have in common.
 *
 * @param target          service, address and credentials
 * @param model           the model to talk to
 * @param config          the setup, apart from the functions of the tools
 * @param headers         extra headers of the upgrade request, treated as secrets: gateways put tokens there
 * @param sslContext      for {@code wss}; {@code null} means the JDK's default
 * @param proxy           {@code null} means a direct connection
 * @param connectTimeout  for the upgrade, all that belongs to it included
 * @param setupTimeout    for the answer to the setup
 * @param pingInterval    between pings; zero or negative sends none
 * @param outbox          bounds of what waits for the socket
 * @param reconnect       what follows when a connection breaks or cannot be opened
 * @param resumption      how the conversation goes on then
 * @param limits          of the life of sessions
 * @param tools           functions that are declared to the model, as they are when a connection is opened; {@code null} for none
 */
public record SessionProfile(LiveTarget target, LiveModelName model, LiveConnectConfig config, Map<String, String> headers,
        SSLContext sslContext, LiveProxy proxy, Duration connectTimeout, Duration setupTimeout, Duration pingInterval,
        OutboxBounds outbox, ReconnectPolicy reconnect, ResumptionPolicy resumption, SessionLimits limits,
        ToolBox tools) {

    public SessionProfile {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(setupTimeout, "setupTimeout");
        Objects.requireNonNull(pingInterval, "pingInterval");
        Objects.requireNonNull(outbox, "outbox");
        Objects.requireNonNull(reconnect, "reconnect");
        Objects.requireNonNull(resumption, "resumption");
        Objects.requireNonNull(limits, "limits");
        headers = Map.copyOf(headers);
    }

    /** What a connection that is opened now is set up with. */
    public LiveConnectConfig setup() {
        return tools == null ? config : ToolDeclarations.in(config, tools.declarations());
    }

    /** Without anything that might be a secret. */
    @Override
    public String toString() {
        return "SessionProfile[" + model + " at " + target.uri().getAuthority() + "]";
    }
}
