package dev.camelgenai.examples.voiceassistant;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** What a page says in JSON; speech comes in binary messages. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = VisitorMessage.Text.class, name = "text"),
    @JsonSubTypes.Type(value = VisitorMessage.MicrophoneOff.class, name = "microphoneOff")
})
@RegisterForReflection(ignoreNested = false)
sealed interface VisitorMessage {

    /** The visitor has written this. */
    record Text(String text) implements VisitorMessage {
    }

    /** No more speech is coming for now. */
    record MicrophoneOff() implements VisitorMessage {
    }
}
