package dev.camelgenai.emulator.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

/** YAML that still knows its lines, so that a mistake can be shown. */
sealed interface YamlNode {

    /** Where it begins, from 1. */
    int line();

    /** The same without lines. */
    JsonNode json();

    /** A text, number, boolean or null. */
    record Value(JsonNode json, int line) implements YamlNode {
    }

    /** A list. */
    record Items(List<YamlNode> items, int line) implements YamlNode {

        public Items {
            items = List.copyOf(items);
        }

        @Override
        public ArrayNode json() {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> array.add(item.json()));
            return array;
        }
    }

    /** A map, in the order of the file. */
    record Fields(Map<String, Field> fields, int line) implements YamlNode {

        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public ObjectNode json() {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fields.forEach((key, field) -> object.set(key, field.value().json()));
            return object;
        }
    }

    /**
     * A key's value.
     *
     * @param line where the key is
     */
    record Field(YamlNode value, int line) {
    }

    /** Something that the file must not have. */
    final class YamlException extends Exception {

        private final int line;

        YamlException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /** Reads exactly one document. Aliases, duplicate keys and what is too large or too deep are refused. */
    static YamlNode read(String yaml) throws YamlException {
        try (YAMLParser parser = Reader.FACTORY.createParser(yaml)) {
            if (parser.nextToken() == null) {
                throw new YamlException(1, "the file is empty");
            }
            YamlNode root = Reader.node(parser);
            if (parser.nextToken() != null) {
                throw new YamlException(Reader.line(parser), "there is a second document; one file is one scenario");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new YamlException(e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr()),
                    problem(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new YamlException(1, e.getMessage());
        }
    }

    /** What the parser was at and what was wrong, without the lines of the file that it quotes, which are indented. */
    private static String problem(String message) {
        String problem = message.lines().filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(", "));
        return "this is no YAML: " + problem;
    }

    /** From tokens to nodes. */
    final class Reader {

        private static final int MAX_DEPTH = 50;
        private static final YAMLFactory FACTORY = YAMLFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build();
        private static final YAMLMapper MAPPER = new YAMLMapper(FACTORY);

        private Reader() {
        }

        private static YamlNode node(YAMLParser parser) throws IOException, YamlException {
            int line = line(parser);
            if (parser.isCurrentAlias()) {
                throw new YamlException(line, "aliases (*" + parser.getText() + ") are not supported; repeat the value");
            }
            JsonToken token = parser.currentToken();
            if (token == JsonToken.START_ARRAY) {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(parser));
                }
                return new Items(items, line);
            }
            if (token == JsonToken.START_OBJECT) {
                return fields(parser, line);
            }
            return new Value(MAPPER.readTree(parser), line);
        }

        private static Fields fields(YAMLParser parser, int line) throws IOException, YamlException {
            Map<String, Field> fields = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                int keyLine = line(parser);
                parser.nextToken();
                if (fields.putIfAbsent(key, new Field(node(parser), keyLine)) != null) {
                    throw new YamlException(keyLine, "the key '" + key + "' is there twice");
                }
            }
            return new Fields(fields, line);
        }

        private static int line(YAMLParser parser) {
            return Math.max(1, parser.currentTokenLocation().getLineNr());
        }
    }
}
