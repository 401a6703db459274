package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.ToolLimits;
import org.apache.camel.Exchange;

/**
 * On what terms the sessions of a group use tools.
 *
 * @param tags     comma-separated: which tools
 * @param runs     whether the sessions run them, rather than leave the calls to consumers
 * @param timeout  for one call of a tool that has none of its own
 * @param failTurn whether the caller who awaits the turn fails with a tool that fails
 * @param limits   how many calls run
 * @param background whether the model goes on with the conversation while a function runs that is declared with this behavior,
 *                   {@code null} for none
 * @param several    whether it takes several answers to a call of such a function
 * @param awaited    told of an exchange for which its session waits
 */
public record ToolTerms(String tags, boolean runs, Duration timeout, boolean failTurn, ToolLimits limits,
        Predicate<GenAiLiveToolBehavior> background, boolean several, BiConsumer<Exchange, SessionAddress> awaited) {
}
