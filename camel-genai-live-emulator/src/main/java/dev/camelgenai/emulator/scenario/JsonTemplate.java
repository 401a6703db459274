package dev.camelgenai.emulator.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A JSON value whose texts may have variables. */
sealed interface JsonTemplate {

    /** A new value. */
    JsonNode render(Variables variables);

    /** A number, a boolean or null. */
    record Constant(JsonNode value) implements JsonTemplate {
        @Override
        public JsonNode render(Variables variables) {
            return value;
        }
    }

    /** A text. */
    record Text(Template template) implements JsonTemplate {
        @Override
        public JsonNode render(Variables variables) {
            return template.renderValue(variables);
        }
    }

    /** An array. */
    record Items(List<JsonTemplate> items) implements JsonTemplate {

        public Items {
            items = List.copyOf(items);
        }

        @Override
        public JsonNode render(Variables variables) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> array.add(item.render(variables)));
            return array;
        }
    }

    /** An object; its keys have no variables. */
    record Fields(Map<String, JsonTemplate> fields) implements JsonTemplate {

        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public ObjectNode render(Variables variables) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fields.forEach((name, value) -> object.set(name, value.render(variables)));
            return object;
        }
    }

    static Fields ofObject(JsonNode object, Template.Scope scope) {
        Map<String, JsonTemplate> fields = new LinkedHashMap<>();
        object.properties().forEach(field -> fields.put(field.getKey(), of(field.getValue(), scope)));
        return new Fields(fields);
    }

    private static JsonTemplate of(JsonNode value, Template.Scope scope) {
        if (value.isObject()) {
            return ofObject(value, scope);
        }
        if (value.isArray()) {
            List<JsonTemplate> items = new ArrayList<>();
            value.forEach(item -> items.add(of(item, scope)));
            return new Items(items);
        }
        return value.isTextual() ? new Text(Template.parse(value.textValue(), scope)) : new Constant(value.deepCopy());
    }
}
