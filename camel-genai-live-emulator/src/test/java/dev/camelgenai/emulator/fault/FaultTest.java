package dev.camelgenai.emulator.fault;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class FaultTest {

    @Test
    void givenEveryMisbehaviour_whenItsNameIsLookedUp_thenThereIsAKindForIt() {
        assertThat(Arrays.stream(Misbehaviour.class.getPermittedSubclasses()).map(Class::getSimpleName)
                .map(name -> name.substring(0, 1).toLowerCase() + name.substring(1)))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Kind.values()).map(Kind::text).toList());
    }

    @Test
    void givenGeneratedFaults_whenWrittenAndParsed_thenEqual() {
        List<Fault> faults = new GeneratedFaults(42).stream().limit(20_000).toList();

        assertThat(faults).allSatisfy(fault -> assertThat(Fault.parse(fault.spec())).isEqualTo(fault));
        assertThat(faults).allSatisfy(fault -> assertThat(Fault.parse("  " + fault + "\n").spec()).isEqualTo(fault.spec()));
        assertThat(faults.stream().map(fault -> Kind.of(fault.what())).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Kind.values());
        assertThat(faults.stream().map(fault -> (Object) fault.when().getClass()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder((Object[]) Moment.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @ValueSource(strings = { "close=1011:Internal error occurred.@messages:5", "refuse=429:Quota exceeded*2", "kill%10",
        "goAway=10s@time:30s", "latePong=30s", "otherFrames", "slowReading=50ms", "unresumableClose=1011", "kill@setup",
        "close=1011", "refuse=418:", "goAwayThenSilence=0s", "spuriousInterrupted*1%0.5", "latePong=1.5s", "latePong=2m",
        "latePong=1h", "latePong=0.000000001s", "close=1011:\"100% of @all * \\\"x\\\" \\\\\"@midTurn",
        "close=1011:a \"quoted\" word: and = more", "close=1011:\"\\\"begins\"", "close=1011:\" blank\"" })
    void givenASpec_whenParsed_thenItIsWrittenTheSame(String spec) {
        assertThat(Fault.parse(spec)).hasToString(spec);
    }

    @Test
    void givenSpecs_whenParsed_thenTheyAreWhatTheFluentFormSays() {
        assertThat(Fault.parse("close=1011:Internal error occurred.@messages:5*2%10"))
                .isEqualTo(Fault.of(new Misbehaviour.Close(1011, "Internal error occurred.")).afterMessages(5).times(2)
                        .probability(0.1));
        assertThat(Fault.parse("close=INTERNAL_ERROR")).isEqualTo(
                new Fault(new Misbehaviour.Close(1011, "Internal error occurred."), new Moment.Setup(), Fault.ALWAYS, 1));
        assertThat(Fault.parse("refuse=TOO_MANY_REQUESTS@connect*2")).isEqualTo(Fault.of(new Misbehaviour.Refuse(429,
                "Resource has been exhausted (e.g. check quota).")).times(2));
        assertThat(Fault.parse("refuse=503")).isEqualTo(Fault.of(new Misbehaviour.Refuse(ServiceRefusal.SERVICE_UNAVAILABLE)));
        assertThat(Fault.parse("refuse=418")).isEqualTo(Fault.of(new Misbehaviour.Refuse(418, "")));
        assertThat(Fault.parse("unresumableClose=NORMAL_EMPTY@time:1.5s"))
                .isEqualTo(Fault.of(new Misbehaviour.UnresumableClose(1000, "")).after(Duration.ofMillis(1_500)));
        assertThat(Fault.parse("close=1011:\"50% @home*\"")).isEqualTo(Fault.of(new Misbehaviour.Close(1011, "50% @home*")));
        assertThat(Fault.parse("silence@time:500ms").when()).isEqualTo(new Moment.Time(Duration.ofMillis(500)));
    }

    @Test
    void givenTimesAndPercentBeforeTheMoment_whenParsed_thenTheOrderDoesNotMatter() {
        assertThat(Fault.parse("kill%10*2@setup")).isEqualTo(Fault.parse("kill@setup*2%10"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "klil                         | 'klil' is no kind of fault; the kinds are refuse=STATUS[:MESSAGE]",
        "~~                           | '' is no kind of fault",
        "Kill                         | 'Kill' is no kind of fault",
        "kill=3                       | kill takes no value, but has '=3'",
        "close                        | close needs a value: close=CODE[:REASON]",
        "refuse                       | refuse needs a value: refuse=STATUS[:MESSAGE]",
        "goAway                       | goAway needs a value: goAway=DURATION",
        "goAway=10                    | '10' is no duration; write a number and its unit, like 500ms, 1.5s, 2m or 1h",
        "goAway=10s:bye               | '10s:bye' is no duration",
        "goAway=-1s                   | '-1s' is no duration",
        "goAway=25h                   | '25h' is longer than 24h",
        "latePong=0s                  | The delay of latePong is more than 0s and up to 24h, not 0s",
        "slowReading=0ms              | The pause of slowReading is more than 0s and up to 24h, not 0s",
        "close=INTERNAL               | 'INTERNAL' is neither a number nor one of CANCELLED, NORMAL_EMPTY, INVALID_ARGUMENT",
        "refuse=NOT_THERE             | 'NOT_THERE' is neither a number nor one of UNAUTHORIZED, FORBIDDEN",
        "close=INTERNAL_ERROR:x       | the name INTERNAL_ERROR brings its own text; use a number with the text 'x'",
        "close=1006                   | cannot carry the code 1006; use 1000 to 1003, 1007 to 1014 or 3000 to 4999, or kill",
        "close=999999                 | '999999' is neither a number nor one of",
        "refuse=200                   | An upgrade is refused with a status from 400 to 599, not 200",
        "close=1011:me@home           | '@home' is no moment; the moments are @connect, @setup, @messages:N, @midTurn",
        "close=1011:me@home           | a text with @, * or % in it needs double quotes",
        "kill@mesages:5               | '@mesages:5' is no moment",
        "kill@messages                | '@messages' is no moment",
        "kill@messages:-1             | '@messages:-1' is no moment",
        "kill@time:5                  | '5' is no duration",
        "kill@                        | '@' is no moment",
        "kill*0                       | '*0' is no number of times; it is a whole number from 1 to 2147483647",
        "kill*2147483648              | '*2147483648' is no number of times",
        "kill*two                     | '*two' is no number of times",
        "kill%0                       | '%0' is no percentage; it is a number above 0 and up to 100",
        "kill%101                     | '%101' is no percentage",
        "kill%ten                     | '%ten' is no percentage",
        "kill@setup@midTurn           | there is a second '@midTurn'",
        "kill*1*2                     | there is a second '*2'",
        "close=1011:\"open            | the quote before 'open' is not closed",
        "close=1011:\"open\\\"        | the quote before 'open\\\"' is not closed",
        "close=1011:\"a\"b            | after the closing quote there is 'b'",
        "refuse=503@setup             | refuse cannot happen @setup: an upgrade is refused @connect and never later; leave",
        "refuse=503@time:1s           | refuse cannot happen @time:1s",
        "close=1011@connect           | close cannot happen @connect: there is no session yet; use refuse there",
        "otherFrames@connect          | otherFrames cannot happen @connect",
        "goAway=1s@setup              | goAway cannot happen @setup: nothing may be sent before setupComplete; use @messages:0",
        "spuriousInterrupted@setup    | spuriousInterrupted cannot happen @setup",
        "unresumableClose=1000@setup  | unresumableClose cannot happen @setup" })
    void givenAnImpossibleSpec_whenParsed_thenTheMessageNamesThePartAndTheChoices(String spec, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.parse(spec)).withMessageContaining(message)
                .withMessageStartingWith("The fault '" + spec + "' is not possible: ");
    }

    @Test
    void givenImpossibleValues_whenCreated_thenRefused() {
        Fault kill = Fault.of(new Misbehaviour.Kill());

        assertThatIllegalArgumentException().isThrownBy(() -> kill.times(0)).withMessageContaining("at least once, not 0");
        for (double probability : new double[]{ 0, -0.1, 1.1, Double.NaN }) {
            assertThatIllegalArgumentException().isThrownBy(() -> kill.probability(probability))
                    .withMessage("A probability is above 0 and up to 1, not " + probability);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> kill.afterMessages(-1)).withMessageContaining("not -1");
        assertThatIllegalArgumentException().isThrownBy(() -> kill.after(Duration.ofSeconds(-1)))
                .withMessage("The time of a fault is 0s and up to 24h, not PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> kill.after(null)).withMessageContaining("not null");
        assertThatIllegalArgumentException().isThrownBy(() -> new Misbehaviour.GoAway(Duration.ofDays(2)))
                .withMessage("The time left of goAway is 0s and up to 24h, not 48h");
        assertThatNullPointerException().isThrownBy(() -> new Misbehaviour.Close(1011, null)).withMessage("reason");
        assertThatNullPointerException().isThrownBy(() -> new Misbehaviour.Refuse(503, null)).withMessage("message");
        assertThatNullPointerException().isThrownBy(() -> Fault.of(null)).withMessage("what");
        assertThatNullPointerException().isThrownBy(() -> Fault.parse(null)).withMessage("spec");
    }

    @ParameterizedTest
    @EnumSource
    void givenACloseOfTheService_whenItsNameIsParsed_thenItsCodeAndReason(ServiceClose close) {
        assertThat(Fault.parse("close=" + close).what()).isEqualTo(new Misbehaviour.Close(close.code(), close.reason()));
        assertThat(Fault.parse("unresumableClose=" + close).what()).isEqualTo(new Misbehaviour.UnresumableClose(close));
        assertThat(close.reason().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(123);
    }

    @ParameterizedTest
    @EnumSource
    void givenARefusalOfTheService_whenItsNameIsParsed_thenItsStatusAndMessage(ServiceRefusal refusal) {
        assertThat(Fault.parse("refuse=" + refusal).what())
                .isEqualTo(new Misbehaviour.Refuse(refusal.status(), refusal.message()))
                .isEqualTo(Fault.parse("refuse=" + refusal.status()).what());
    }

    @Test
    void givenLongReasonsOfTheService_whenRead_thenCutInTheMiddleOfAWord() {
        assertThat(ServiceClose.MODEL_NOT_FOUND.reason()).startsWith("models/").hasSize(123).doesNotEndWith(".");
        assertThat(ServiceClose.OVERLOADED.reason()).contains("OVERLOADED_TOO_MANY_RETRIES").hasSize(123);
    }
}
