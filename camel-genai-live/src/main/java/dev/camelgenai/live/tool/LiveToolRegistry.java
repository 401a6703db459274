package dev.camelgenai.live.tool;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.camelgenai.live.error.LiveInputException;

/** The tools of a Camel context: the routes that are started. Thread-safe. */
final class LiveToolRegistry {

    private final Map<String, GenAiLiveToolConsumer> tools = new ConcurrentSkipListMap<>();

    /**
     * @throws LiveInputException when another route has the name
     */
    void register(GenAiLiveToolConsumer tool) {
        GenAiLiveToolConsumer other = tools.putIfAbsent(tool.spec().name(), tool);
        if (other != null && other != tool) {
            throw new LiveInputException("Two routes are the tool " + tool.spec().name()
                    + "; the model could not tell them apart. Give one of them another name.", false);
        }
    }

    void deregister(GenAiLiveToolConsumer tool) {
        tools.remove(tool.spec().name(), tool);
    }

    /** {@code null} for none that is started. */
    GenAiLiveToolConsumer find(String name) {
        return tools.get(name);
    }

    List<GenAiLiveToolConsumer> tagged(Set<String> tags) {
        return tools.values().stream().filter(tool -> tool.spec().tags().stream().anyMatch(tags::contains)).toList();
    }
}
