package dev.camelgenai.live.session;

/**
 * How many function calls of the model run; further ones are answered with an error.
 *
 * @param perTurn    in one turn; one that ends at a call goes on with the next
 * @param perSession in all; 0 for any number
 */
public record ToolLimits(int perTurn, int perSession) {

    public static final ToolLimits DEFAULT = new ToolLimits(64, 0);

    public ToolLimits {
        if (perTurn < 1) {
            throw new IllegalArgumentException("maxToolCallsPerTurn must be at least 1, but is " + perTurn);
        }
        if (perSession < 0) {
            throw new IllegalArgumentException("maxToolCallsPerSession must be 0 (any number) or more, but is " + perSession);
        }
    }
}
