package dev.camelgenai.emulator.internal.cassette;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CassetteReaderTest {

    private static final String HEADER = "{'format':'camel-genai-live-cassette','version':1,'ignore':['now']}\n";
    private static final String OPEN = "{'event':'open','session':1,'millis':0,'path':'/x','service':'VERTEX_AI'}\n";

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("cassette.jsonl");
    }

    private Cassette read(String singleQuoted) throws IOException, CassetteException {
        Files.writeString(file, singleQuoted.replace('\'', '"'));
        return CassetteReader.read(file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{'event':'open' | not JSON, or cut off",
        "\u0000\u0001binary | not JSON", "[] | not a JSON object", "{} {} | more than one JSON object",
        "{'event':'sing','session':1,'millis':0} | there is no event 'sing'",
        "{'event':'client','millis':0,'message':{}} | the field 'session' is missing, or not an integer",
        "{'event':'client','session':'1','millis':0,'message':{}} | the field 'session' is missing, or not an integer",
        "{'event':'client','session':1,'millis':0} | a message has one of the fields 'message', 'text' and 'base64'",
        "{'event':'client','session':1,'millis':0,'base64':'?'} | not readable",
        "{'event':'client','session':2,'millis':0,'message':{}} | session 2 was not opened before",
        "{'event':'open','session':1,'millis':0,'path':'/x','service':'VERTEX_AI'} | session 1 was opened before",
        "{'event':'open','session':2,'millis':0,'path':'/x','service':'OTHER'} | not readable",
        "{'event':'clientClose','session':1,'millis':0,'code':1000} | the field 'reason' is missing, or not a string" })
    void givenABrokenLine_whenRead_thenTheMessageNamesFileAndLineAndWhatIsWrong(String line, String wrong) {
        assertThatThrownBy(() -> read(HEADER + OPEN + line + '\n' + OPEN)).isInstanceOf(CassetteException.class)
                .hasMessageStartingWith(file + ", line 3: ").hasMessageContaining(wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'format':'another','version':1}\n", "{}\n", "\n", "{'format':", "12\n" })
    void givenNoCassette_whenRead_thenTheMessageSaysSo(String content) {
        assertThatThrownBy(() -> read(content)).isInstanceOf(CassetteException.class).hasMessageContaining(", line 1: ");
    }

    @Test
    void givenAnEmptyFileOrAnotherVersion_whenRead_thenTheMessageSaysWhatToDo() {
        assertThatThrownBy(() -> read("")).hasMessage(file + " is empty; record it again");
        assertThatThrownBy(() -> read("{'format':'camel-genai-live-cassette','version':2}\n"))
                .hasMessageContaining("version 2 of the format, this emulator knows version 1");
    }

    @Test
    void givenAnEventAfterTheEnd_whenRead_thenRefused() {
        assertThatThrownBy(() -> read(HEADER + OPEN + "{'event':'lost','session':1,'millis':5,'by':'client'}\n"
                + "{'event':'client','session':1,'millis':6,'message':{}}\n"))
                .hasMessage(file + ", line 4: session 1 has ended before");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'event':'server','session':1,'mil", "{'event':'server','session':1,'millis':1,'message':{'a':'b",
        "{" })
    void givenALastLineThatIsCutOff_whenRead_thenItIsLeftOut(String cutOff) throws IOException, CassetteException {
        Cassette cassette = read(
                HEADER + OPEN + "{'event':'server','session':1,'millis':1,'message':{ 'a' : 1.10 }}\n" + cutOff);

        assertThat(cassette.ignored()).containsExactly("now");
        assertThat(cassette.sessions()).hasSize(1);
        assertThat(cassette.sessions().get(0).events()).hasSize(1).first()
                .isInstanceOfSatisfying(CassetteEvent.Message.class,
                        message -> assertThat(message.payload()).hasToString("{ \"a\" : 1.10 }"));
    }

    @Test
    void givenALastLineThatIsWholeAndBroken_whenRead_thenRefused() {
        assertThatThrownBy(() -> read(HEADER + OPEN + "{'event'\n")).hasMessageStartingWith(file + ", line 3: ");
    }
}
