package dev.camelgenai.live.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

import dev.camelgenai.live.transport.LiveConnector;

/**
 * What sessions borrow from the component that owns them.
 *
 * @param connector opens sockets
 * @param connects  runs what blocks while a connection is opened: tokens, name look-ups
 * @param workers   runs consumers
 * @param timer     runs short tasks later
 * @param clock     nanoseconds from a fixed but arbitrary time, as {@link System#nanoTime()}; goes with the timer
 */
public record SessionServices(LiveConnector connector, Executor connects, Executor workers, ScheduledExecutorService timer,
        LongSupplier clock) {
}
