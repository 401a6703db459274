package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.google.genai.types.ModalityTokenCount;
import com.google.genai.types.UsageMetadata;
import com.google.genai.types.VoiceActivity;
import com.google.genai.types.VoiceActivityType;

/**
 * The JSON dialect of the protocol for Google's types. A mapper of our own, because the SDK's reads whole seconds only,
 * knows neither of the two spellings below, and can be changed by anybody in the JVM.
 */
final class LiveJson {

    /** The largest frame that the transport takes is 16 MB; a string in it cannot be longer. */
    private static final int MAX_STRING_LENGTH = 32 * 1024 * 1024;

    private static final ObjectMapper MAPPER = create();

    private static final ObjectMapper STRICT = MAPPER.copy()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .addHandler(new SnakeCaseNames());

    private LiveJson() {
    }

    static ObjectMapper mapper() {
        return MAPPER;
    }

    /** For what users write: a field that would be lost is an error, and names may be in snake_case. */
    static ObjectMapper strictMapper() {
        return STRICT;
    }

    private static ObjectMapper create() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_STRING_LENGTH).build())
                .build();
        ObjectMapper mapper = new ObjectMapper(factory);
        mapper.setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT);
        // null means absent in proto-JSON, and the builders refuse it
        mapper.setDefaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SKIP));
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        mapper.registerModule(new Jdk8Module());
        mapper.registerModule(new JavaTimeModule());
        mapper.registerModule(new SimpleModule("proto-durations")
                .addSerializer(Duration.class, new DurationSerializer())
                .addDeserializer(Duration.class, new DurationDeserializer()));
        mapper.addMixIn(UsageMetadata.Builder.class, VertexUsageNames.class);
        mapper.addMixIn(VoiceActivity.Builder.class, WireVoiceActivityNames.class);
        return mapper;
    }

    /** Vertex AI counts the tokens of candidates, the Developer API those of the response ({@code protocol} 5.1). */
    private interface VertexUsageNames {

        @JsonProperty("responseTokenCount")
        @JsonAlias("candidatesTokenCount")
        UsageMetadata.Builder responseTokenCount(Integer count);

        @JsonProperty("responseTokensDetails")
        @JsonAlias("candidatesTokensDetails")
        UsageMetadata.Builder responseTokensDetails(List<ModalityTokenCount> details);
    }

    /** On the wire the field is called {@code type} on both services ({@code protocol} 5). */
    private interface WireVoiceActivityNames {

        @JsonProperty("voiceActivityType")
        @JsonAlias("type")
        VoiceActivity.Builder voiceActivityType(VoiceActivityType type);
    }

    /** Seconds with up to nine decimals and an {@code s}, as proto-JSON writes durations. */
    private static final class DurationSerializer extends StdScalarSerializer<Duration> {

        private static final long serialVersionUID = 1L;

        DurationSerializer() {
            super(Duration.class);
        }

        @Override
        public void serialize(Duration value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            BigDecimal seconds = BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
            generator.writeString(seconds.signum() == 0 ? "0s" : seconds.stripTrailingZeros().toPlainString() + "s");
        }
    }

    private static final class DurationDeserializer extends StdScalarDeserializer<Duration> {

        private static final long serialVersionUID = 1L;
        // bounded, so that no text makes the arithmetic expensive
        private static final Pattern SECONDS = Pattern.compile("-?\\d{1,18}(\\.\\d{1,9})?s");

        DurationDeserializer() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString();
            if (text == null || !SECONDS.matcher(text).matches()) {
                return (Duration) context.handleWeirdStringValue(Duration.class, text, "expected seconds such as \"9.500s\"");
            }
            BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
            long whole = seconds.longValue();
            return Duration.ofSeconds(whole, seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValueExact());
        }
    }
}
