package dev.camelgenai.examples.voiceassistant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.smallrye.config.ConfigMapping;

/** What visitors may do; the defaults are in {@code application.properties}. */
@ConfigMapping(prefix = "voice")
interface VoiceConfig {

    /** What the model is told before the conversation. */
    String instruction();

    /** Origins whose pages may connect; without any, the pages of this server on this machine may. */
    Optional<List<String>> allowedOrigins();

    /** How many may be here at a time. */
    int maxVisitors();

    /** Of one message of a visitor, sound or JSON. */
    int maxMessageBytes();

    /** Characters of one written message. */
    int maxTextLength();

    /** Of one visitor on average; two seconds' worth may come at once. */
    int maxMessagesPerSecond();

    /** How long one conversation may last. */
    Duration maxVisit();

    /** How long a visitor may be silent, microphone off. */
    Duration idleTimeout();

    /** How long the connection of a visitor may take to accept one message. */
    Duration sendTimeout();

    /** How long speech may wait for the live connection before it is dropped. */
    Duration maxSpeechAge();
}
