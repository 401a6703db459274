package dev.camelgenai.live.tool;

/** A route that models may call. */
public interface OfferedTool {

    /** The name by which the model calls it. */
    String name();

    /**
     * @param  tags those of a genai-live endpoint, comma-separated; {@code null} or blank for none
     * @return      whether the endpoint offers the tool: they have a tag in common; or the endpoint has tags and the tool none
     */
    boolean isOfferedTo(String tags);
}
