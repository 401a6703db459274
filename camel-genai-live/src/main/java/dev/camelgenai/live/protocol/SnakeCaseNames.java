package dev.camelgenai.live.protocol;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;

/** Takes {@code silence_duration_ms} for {@code silenceDurationMs} wherever the type has the latter. */
final class SnakeCaseNames extends DeserializationProblemHandler {

    @Override
    public boolean handleUnknownProperty(DeserializationContext context, JsonParser parser,
            JsonDeserializer<?> deserializer, Object bean, String name) throws IOException {
        if (name.indexOf('_') < 0 || !(deserializer instanceof BeanDeserializerBase type)) {
            return false;
        }
        SettableBeanProperty property = type.findProperty(camelCase(name));
        if (property == null) {
            return false;
        }
        property.deserializeSetAndReturn(parser, context, bean);
        return true;
    }

    private static String camelCase(String name) {
        StringBuilder camel = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                continue;
            }
            camel.append(i > 0 && name.charAt(i - 1) == '_' ? Character.toUpperCase(c) : c);
        }
        return camel.toString();
    }
}
