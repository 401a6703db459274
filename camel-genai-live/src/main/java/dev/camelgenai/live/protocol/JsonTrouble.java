package dev.camelgenai.live.protocol;

import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;

/** Says what is wrong with a JSON text without repeating any of its values. */
final class JsonTrouble {

    private JsonTrouble() {
    }

    /** Kind of error, field if known, line and column if known. */
    static String where(JsonProcessingException e) {
        StringBuilder text = new StringBuilder();
        if (e instanceof JsonMappingException mapping) {
            String path = path(mapping);
            text.append(path.isEmpty() ? "it is not a JSON object" : "the value of " + path + " has the wrong type");
        } else {
            text.append("it is not valid JSON");
        }
        JsonLocation location = e.getLocation();
        if (location != null && location.getLineNr() > 0) {
            text.append(" (line ").append(location.getLineNr()).append(", column ").append(location.getColumnNr()).append(')');
        }
        return text.toString();
    }

    /** Such as {@code tools[0].googleSearch}. */
    static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }
}
