package dev.camelgenai.examples.livetranslation;

import dev.camelgenai.live.error.GenAiLiveException;

/**
 * What has become of something that was said, in one language.
 *
 * @param language its code
 * @param text     the translation; of a failure, what is wrong and what to do about it
 * @param failure  {@code null} when it went well
 */
record Outcome(String language, String text, GenAiLiveException failure) {

    static Outcome of(String language, GenAiLiveException failure) {
        return new Outcome(language, failure.getMessage(), failure);
    }

    boolean isFailure() {
        return failure != null;
    }

    @Override
    public String toString() {
        return language + ": " + (isFailure() ? "(failed) " : "") + text;
    }
}
