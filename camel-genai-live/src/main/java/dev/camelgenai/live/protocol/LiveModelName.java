package dev.camelgenai.live.protocol;

import dev.camelgenai.live.error.LiveSetupRejectedException;

/**
 * The name of a model as the setup must give it ({@code protocol} 1.3).
 *
 * @param value such as {@code models/gemini-3.8-live} or
 *              {@code projects/p/locations/l/publishers/google/models/gemini-3.8-live}
 */
public record LiveModelName(String value) {

    /**
     * @param  model                      as the user wrote it, short or with any of the prefixes
     * @throws LiveSetupRejectedException when it is blank or could be no model
     */
    public static LiveModelName of(String model, LiveEndpoint endpoint) {
        if (model == null || model.isBlank()) {
            throw new LiveSetupRejectedException("A model is required, such as gemini-3.8-live", false);
        }
        if (model.contains("..") || model.contains("?") || model.contains("&")) {
            throw new LiveSetupRejectedException("The model name is invalid: it must not contain '..', '?' or '&'", false);
        }
        return new LiveModelName(
                endpoint.service() == LiveService.DEVELOPER_API ? developerName(model) : vertexName(model, endpoint));
    }

    private static String developerName(String model) {
        return model.startsWith("models/") || model.startsWith("tunedModels/") ? model : "models/" + model;
    }

    private static String vertexName(String model, LiveEndpoint endpoint) {
        if (model.startsWith("projects/") || model.startsWith("models/")) {
            return model;
        }
        String published = model;
        if (!model.startsWith("publishers/")) {
            int slash = model.indexOf('/');
            published = slash < 0
                    ? "publishers/google/models/" + model
                    : "publishers/" + model.substring(0, slash) + "/models/" + model.substring(slash + 1);
        }
        return endpoint.project() == null || endpoint.location() == null
                ? published
                : "projects/" + endpoint.project() + "/locations/" + endpoint.location() + "/" + published;
    }

    @Override
    public String toString() {
        return value;
    }
}
