package dev.camelgenai.examples.contentmoderation;

import java.util.Locale;

import dev.camelgenai.examples.contentmoderation.Verdict.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class VerdictTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            allow                       | allow
            Allow.                      | allow
            " ALLOW "                   | allow
            block: insult               | block: insult
            Block: Private-data.        | block: private-data
            Block, personal attack!     | block: personal attack
            review                      | review
            Review: satire              | review: satire
            """)
    void readsTheAnswersThatWereAskedFor(String answer, String verdict) {
        assertThat(Verdict.of(answer)).hasToString(verdict);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "yes", "allowed", "disallow", "not allow", "do not allow", "allow it",
        "allow\nblock: spam",
        "I allow this post.", "Sure! allow", "allow. block: spam", "block: spam. allow", "allow or block",
        "{\"verdict\":\"allow\"}",
        "allow: harmless", "allow!!", "аllow", "ａｌｌｏｗ", "al low", "allow\0", "allow; drop table", "block", "block:",
        "block: <b>",
        "**allow**", "\"allow\"", "ALLOW ALLOW" })
    void takesWhateverElseForAReasonToLook(String answer) {
        assertThat(Verdict.of(answer).decision()).isEqualTo(Decision.REVIEW);
    }

    @Test
    void isNotKeptBusyByALongAnswer() {
        assertThat(Verdict.of("block: " + "a -".repeat(1_000_000)).decision()).isEqualTo(Decision.REVIEW);
    }

    @ParameterizedTest
    @ValueSource(strings = { "tr", "de" })
    void doesNotDependOnTheLanguageOfTheMachine(String language) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try {
            assertThat(Verdict.of("review: Insult")).hasToString("review: insult");
        } finally {
            Locale.setDefault(before);
        }
    }
}
