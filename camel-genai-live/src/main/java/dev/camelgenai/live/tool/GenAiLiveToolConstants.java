package dev.camelgenai.live.tool;

import org.apache.camel.spi.Metadata;

/** Names of the headers, besides those that a tool's parameters have: their own. */
public final class GenAiLiveToolConstants {

    @Metadata(label = "consumer", description = "The conversation in which the model calls the tool.", javaType = "String")
    public static final String SESSION_KEY = "CamelGenAiLiveSessionKey";

    @Metadata(label = "consumer", description = "The id of the call.", javaType = "String")
    public static final String TOOL_CALL_ID = "CamelGenAiLiveToolCallId";

    @Metadata(label = "consumer", description = "The name of the tool.", javaType = "String")
    public static final String TOOL_NAME = "CamelGenAiLiveToolName";

    private GenAiLiveToolConstants() {
    }
}
