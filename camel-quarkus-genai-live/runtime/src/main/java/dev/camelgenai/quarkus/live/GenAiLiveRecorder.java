package dev.camelgenai.quarkus.live;

import java.util.function.Consumer;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.annotations.Recorder;
import io.quarkus.runtime.metrics.MetricsFactory;

/** What the build has the application do at its start. */
@Recorder
public class GenAiLiveRecorder {

    /** Hands the registry of metrics to those of the sessions. */
    public Consumer<MetricsFactory> sessionMetrics() {
        return factory -> Arc.container().instance(SessionMetrics.class).get().registerIn(factory);
    }
}
