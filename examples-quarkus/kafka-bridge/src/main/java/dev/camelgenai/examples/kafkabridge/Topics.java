package dev.camelgenai.examples.kafkabridge;

import io.smallrye.config.ConfigMapping;

/** The names of the topics. */
@ConfigMapping(prefix = "bridge.topic")
interface Topics {

    String posts();

    String verdicts();

    String sentences();

    String translations();

    String mic();

    String speaker();

    String deadLetters();

    /** Resumption handles by conversation; compacted. */
    String handles();

    /** What has been judged, where {@code bridge.idempotent=true}. */
    String judged();
}
