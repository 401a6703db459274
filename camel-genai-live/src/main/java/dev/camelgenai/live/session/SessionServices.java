package dev.camelgenai.live.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import dev.camelgenai.live.transport.LiveConnector;

/**
 * What sessions borrow from the component that owns them.
 *
 * @param connector opens sockets
 * @param connects  runs what blocks while a connection is opened: tokens, name look-ups
 * @param workers   runs consumers
 * @param timer     runs short tasks later
 */
public record SessionServices(LiveConnector connector, Executor connects, Executor workers, ScheduledExecutorService timer) {
}
