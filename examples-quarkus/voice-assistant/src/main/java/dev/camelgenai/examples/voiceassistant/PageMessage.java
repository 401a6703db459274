package dev.camelgenai.examples.voiceassistant;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** What a page is told, as JSON text with the name of the record as {@code type}; speech goes as {@link AudioFrame}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection(ignoreNested = false)
sealed interface PageMessage {

    /**
     * The first message of all.
     *
     * @param model      that is talked to
     * @param emulated   whether an emulator stands in for it
     * @param inputRate  samples per second of what the page sends
     * @param outputRate samples per second of what it gets
     * @param rooms      that have a light
     */
    @JsonTypeName("welcome")
    record Welcome(String model, boolean emulated, int inputRate, int outputRate, List<String> rooms) implements PageMessage {
    }

    /**
     * What happens to the live session.
     *
     * @param event         {@code opened}, {@code goAway}, {@code reconnecting} or {@code resumed}
     * @param attempt       to connect, with {@code reconnecting}
     * @param stateRestored whether the model knows the conversation, with {@code resumed}
     */
    @JsonTypeName("session")
    record Session(String event, Integer attempt, Boolean stateRestored) implements PageMessage {
    }

    /**
     * What somebody says. The model has said all of it when its turn is complete or interrupted; what the user has said may be known
     * later than the answer.
     *
     * @param role     {@code user} or {@code model}
     * @param text     a fragment, or everything
     * @param complete whether this is everything that the user has said, and replaces the fragments
     */
    @JsonTypeName("transcript")
    record Transcript(String role, String text, boolean complete) implements PageMessage {
    }

    /** The user has interrupted the model: sound of this generation and of those before is not to be played any more. */
    @JsonTypeName("interrupted")
    record Interrupted(long generation) implements PageMessage {
    }

    /** No more sound of this generation is coming. */
    @JsonTypeName("turnComplete")
    record TurnComplete(long generation) implements PageMessage {
    }

    /** The model calls a tool. */
    @JsonTypeName("toolCall")
    record ToolCall(String id, String name, Map<String, Object> args) implements PageMessage {
    }

    /**
     * A tool is done.
     *
     * @param result what the model is told
     * @param failed whether it did not do what it was to
     */
    @JsonTypeName("toolResult")
    record ToolResult(String id, String name, String result, boolean failed) implements PageMessage {
    }

    /** Nobody waits for this tool any more. */
    @JsonTypeName("toolCancelled")
    record ToolCancelled(String id) implements PageMessage {
    }

    /** A light in the flat of the visitor. */
    @JsonTypeName("light")
    record Light(String room, boolean on) implements PageMessage {
    }

    /** Something the visitor should know; the conversation goes on. */
    @JsonTypeName("notice")
    record Notice(String text) implements PageMessage {
    }
}
