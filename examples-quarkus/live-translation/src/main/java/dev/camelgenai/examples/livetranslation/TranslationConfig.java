package dev.camelgenai.examples.livetranslation;

import java.time.Duration;
import java.util.Map;

import io.smallrye.config.ConfigMapping;

/** The properties {@code translation.*}. */
@ConfigMapping(prefix = "translation")
public interface TranslationConfig {

    /** The languages that one can listen to: names in English by code, such as {@code de=German}. */
    Map<String, String> languages();

    /** Time for the translation of one sentence. */
    Duration turnTimeout();

    /** How long a sentence may be that is sent as text. */
    int maxCharacters();

    /** How many may listen at a time, in all talks and languages together. */
    int maxListeners();

    /** How many captions may wait for one listener. */
    int maxWaitingCaptions();

    /** How fast a recording is played to the model: {@code realtime} or {@code asap}. */
    String pace();

    /** Whether the program talks by itself, in the terminal or by its script. */
    boolean console();
}
