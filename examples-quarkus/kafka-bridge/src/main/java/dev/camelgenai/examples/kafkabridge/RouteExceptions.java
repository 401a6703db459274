package dev.camelgenai.examples.kafkabridge;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.apache.camel.TypeConversionException;

/** The exceptions that the YAML routes name: a native executable would not find them by their names otherwise. */
@RegisterForReflection(targets = { GenAiLiveException.class, LiveAuthenticationException.class,
    LiveSetupRejectedException.class,
    PoisonRecordException.class, TypeConversionException.class })
final class RouteExceptions {

    private RouteExceptions() {
    }
}
