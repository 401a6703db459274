package dev.camelgenai.emulator.internal.cassette;

import java.io.IOException;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class MessageComparisonTest {

    private final MessageComparison comparison = new MessageComparison(
            List.of("setup.system_instruction.parts[*].text", "now"));

    private static JsonNode json(String singleQuoted) {
        try {
            return new ObjectMapper().readTree(singleQuoted.replace('\'', '"'));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{'aB':{'cD':[1]}} | {'a_b':{'c_d':[1]}}",
        "{'a':3} | {'a':3.0}", "{'a':3e2} | {'a':300}", "{'a':1,'b':2} | {'b':2,'a':1}",
        "{'aB':1,'a_b':2} | {'a_b':2,'aB':1}", "{'now':1} | {'now':'x'}", "{} | {'now':{}}", "{'now':1} | {}",
        "{'setup':{'systemInstruction':{'parts':[{'text':'9:00'}]}}} | {'setup':{'system_instruction':{'parts':[{'text':'9:01'}]}}}",
        "{'a':1e999} | {'a':1e999}" })
    void givenTheSameInOtherWords_whenCompared_thenEqual(String expected, String actual) {
        assertThat(comparison.compare(json(expected), json(actual))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{'a':1} | {'a':2} | a | 1 | 2",
        "{'a':{'bC':[1,{'d':1}]}} | {'a':{'b_c':[1,{'d':'1'}]}} | a.bC[1].d | 1 | \"1\"",
        "{'a':[1]} | {'a':[1,2]} | a[1] | nothing | 2", "{'a':[1,2]} | {'a':[1]} | a[1] | 2 | nothing",
        "{'a':1} | {} | a | 1 | nothing", "{} | {'a':null} | a | nothing | null", "{'a':{}} | {'a':[]} | a | {} | []",
        "{'a':9007199254740993} | {'a':9007199254740992} | a | 9007199254740993 | 9007199254740992",
        "{'aB':1,'a_b':2} | {'aB':2,'a_b':1} | aB | 1 | 2", "{'x':{'now':1}} | {'x':{'now':2}} | x.now | 1 | 2" })
    void givenADifference_whenCompared_thenItsPathAndBothValuesAreShown(String expected, String actual, String path,
            String wanted, String came) {
        assertThat(comparison.compare(json(expected), json(actual)))
                .contains(new MessageComparison.Found(path, wanted, came));
    }

    @Test
    void givenLongTexts_whenTheyDiffer_thenLengthAndPlaceAreShown() {
        String same = "A".repeat(1_000);

        MessageComparison.Found found = comparison
                .compare(json("{'a':'" + same + "X" + same + "'}"), json("{'a':'" + same + "'}")).orElseThrow();

        assertThat(found.expected()).contains("2003 characters").contains("differs at 1001").contains("AX")
                .hasSizeLessThan(160);
        assertThat(found.actual()).contains("1002 characters").contains("differs at 1001").hasSizeLessThan(160);
    }
}
