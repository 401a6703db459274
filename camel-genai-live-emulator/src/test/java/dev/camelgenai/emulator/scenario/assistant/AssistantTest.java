package dev.camelgenai.emulator.scenario.assistant;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;
import dev.camelgenai.emulator.scenario.FakeReply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AssistantTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Scenario ASSISTANT = Scenarios
            .assistant(InstantSource.fixed(Instant.parse("2026-11-22T17:30:00Z")));

    private static final String WEATHER = """
            {'name':'get_weather','description':'Current weather of a city','parameters':{'type':'OBJECT','properties':{
             'city':{'type':'STRING'},'unit':{'type':'STRING','enum':['celsius','fahrenheit']}},'required':['city']}}""";
    private static final String ORDER = """
            {'name':'orderStatus','description':'State of an order','parametersJsonSchema':{'type':'object','properties':{
             'orderId':{'type':'string'}},'required':['orderId']}}""";

    private static final String PARCEL = """
            {'name':'trackParcel','description':'Asks the carrier','parameters':{'type':'OBJECT','properties':{
             'number':{'type':'STRING'}},'required':['number']}}""";

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A client that talks to the assistant and keeps the history as the emulator does. */
    private static final class Talk {

        private final List<Utterance> history = new ArrayList<>();
        private String model = "gemini-test";
        private String instruction = "";
        private Optional<String> language = Optional.empty();
        private List<JsonNode> functions = List.of();
        private Function<ToolCall, JsonNode> client = call -> MissingNode.getInstance();
        private FakeReply last;
        private int turn;

        Talk declare(String... declarations) {
            functions = Stream.of(declarations).map(AssistantTest::json).toList();
            return this;
        }

        Talk answering(String response) {
            client = call -> json(response);
            return this;
        }

        String say(String text) {
            return turn(new UserTurn.Text(text), text);
        }

        String speak(int millis) {
            UserTurn.Audio audio = FakeReply.speech(millis);
            return turn(audio, audio.transcript());
        }

        private String turn(UserTurn userTurn, String words) {
            turn++;
            last = new FakeReply(new Conversation(model, turn, history, instruction, functions, language), client);
            ASSISTANT.onTurn(userTurn, last);
            history.add(FakeReply.user(words));
            history.add(FakeReply.model(last.said()));
            return last.said();
        }

        String args() {
            return last.calls().get(0).args().toString().replace('"', '\'');
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Hello!                                | Hello! What can I do
            Hello, who are you?                   | I am the assistant of a local emulator
            What is a live session, in one sentence? | A live session is one open connection
            what can you do                       | I know the weather
            How are you?                          | I am fine
            Thank you                             | You are welcome
            Bye                                   | Goodbye
            Tell me a joke                        | WebSockets
            What is the weather in Berlin?        | In Berlin it is
            What's the weather like in Smallville today? | In Smallville it is
            What time is it in Tokyo?             | It is 02:30 in Tokyo.
            What time is it?                      | It is 17:30 UTC.
            What is the time in Atlantis?         | I do not know what the clocks say in Atlantis. In Paris it is 18:30.
            What day is it?                       | November 22, 2026
            Where is my order 4711?               | Order 4711 is
            Where is my order?                    | Which order do you mean
            Cancel order 12 please                | Order 12 is cancelled
            My name is Ada                        | Nice to meet you, Ada
            What is my name?                      | You have not told me your name yet
            What did I just say?                  | You have not said anything before
            What is 12 * 7?                       | 12 * 7 is 84.
            12 plus 7.5                           | 12 plus 7.5 is 19.5.
            10 divided by 4                       | 10 divided by 4 is 2.5.
            1/0                                   | Nobody can divide by zero
            Translate "good morning" to German    | In German that is: guten Morgen
            How do you say thank you in Italian?  | In Italian that is: grazie
            Translate my diary into French        | My phrase book has no 'my diary' in French
            Write a function in Python            | def fibonacci(count)
            Write some Java code                  | Here is one
            Guten Tag                             | Hallo! Was kann ich
            Wie ist das Wetter in München?        | In München ist es
            Wie spät ist es in New York?          | In New York ist es 12:30 Uhr.
            Wo ist meine Bestellung 4711?         | Bestellung 4711
            Stornieren Sie die Bestellung 99      | Bestellung 99 ist storniert
            Ich heiße Jürgen                      | Freut mich, Jürgen
            Bonjour                               | Bonjour ! Que puis-je
            Quel temps fait-il à Paris ?          | À Paris, le temps est
            Quelle heure est-il à Londres ?       | À Londres, il est 17:30.
            Où est ma commande 4711 ?             | La commande 4711
            Hola                                  | ¡Hola!
            ¿Qué tiempo hace en Madrid?           | En Madrid está
            ¿Qué hora es en Nueva York?           | En Nueva York son las 12:30.
            ¿Dónde está mi pedido 4711?           | El pedido 4711
            Ciao                                  | Buongiorno!
            Che tempo fa a Roma?                  | A Roma il tempo è
            Che ora è a Londra?                   | A Londra sono le 17:30.
            Dov'è il mio ordine 4711?             | L'ordine 4711
            Olá                                   | Olá! O que posso
            Como está o tempo em Lisboa?          | Em Lisboa o tempo está
            Que horas são em São Paulo?           | Em São Paulo são 14:30.
            Onde está o meu pedido 4711?          | O pedido 4711
            """)
    void givenAFirstTurn_whenAsked_thenTheAnswerFits(String question, String expected) {
        assertThat(new Talk().say(question)).contains(expected);
    }

    @Test
    void givenCodeInJava_whenAsked_thenTheSnippetIsThere() {
        assertThat(new Talk().say("Write a class in Java, please")).contains("List<Integer> fibonacci(int count)");
    }

    @Test
    void givenAName_whenAskedLater_thenItIsRemembered() {
        Talk talk = new Talk();

        talk.say("Hi, my name is Ada.");
        talk.say("What is the weather in Rome?");

        assertThat(talk.say("What is my name?")).isEqualTo("Your name is Ada.");
        assertThat(talk.say("What did I just say?")).isEqualTo("You said: What is my name?");
        assertThat(talk.say("Und wie heiße ich?")).isEqualTo("Sie heißen Ada.");
    }

    @Test
    void givenALanguageInTheSetup_whenAnotherOneIsWritten_thenTheAnswerIsInThatOfTheSetup() {
        Talk talk = new Talk();
        talk.language = Optional.of("fr-FR");

        assertThat(talk.say("Hello")).startsWith("Bonjour");
        assertThat(talk.say("What is the weather in Berlin?")).contains("Berlin", "degrés");
    }

    @Test
    void givenAShortAnswer_whenItsLanguageIsNotClear_thenTheConversationsLanguageIsKept() {
        Talk talk = new Talk();

        talk.say("Wie ist das Wetter?");

        assertThat(talk.say("Paris")).contains("Paris", "Grad");
    }

    @Test
    void givenNoOrderNumber_whenItFollows_thenTheOrderIsFound() {
        Talk talk = new Talk();

        assertThat(talk.say("Where is my order?")).startsWith("Which order");

        assertThat(talk.say("4711")).contains("4711 is");
    }

    @Test
    void givenSomethingBroken_whenSupportAsks_thenTheDialogueGoesOnToATicket() {
        Talk talk = new Talk();

        assertThat(talk.say("My machine is broken")).contains("Which product is it?");
        assertThat(talk.say("My coffee maker.")).contains("switched the coffee maker off and on");
        assertThat(talk.say("No, not yet")).contains("Did it help?");
        assertThat(talk.say("No, it didn't")).containsPattern("ticket T-\\d{5}");
        assertThat(talk.say("Thanks")).doesNotContain("ticket");
    }

    @Test
    void givenSomethingBrokenInGerman_whenSupportHelps_thenTheCaseIsClosed() {
        Talk talk = new Talk();

        talk.say("Mein Drucker ist kaputt");
        assertThat(talk.say("Laserdrucker 3000")).contains("Laserdrucker 3000");
        assertThat(talk.say("nein")).contains("Hat es geholfen?");
        assertThat(talk.say("ja")).contains("schließe ich den Fall");
    }

    @Test
    void givenASupportDialogue_whenTheUserAsksSomethingElse_thenThatIsAnswered() {
        Talk talk = new Talk();

        talk.say("My machine is broken");

        assertThat(talk.say("What is the weather in Rome?")).contains("Rome");
    }

    @Test
    void givenACancellationWithoutNumber_whenTheNumberFollows_thenTheOrderIsCancelled() {
        Talk talk = new Talk();

        assertThat(talk.say("I want to cancel my order")).startsWith("Which order");

        assertThat(talk.say("4711")).startsWith("Order 4711 is cancelled");
    }

    @Test
    void givenARefund_whenNoOrderIsNamed_thenTheAssistantAsksForIt() {
        assertThat(new Talk().say("I want a refund")).startsWith("Which order");
        assertThat(new Talk().say("Ich will mein Geld zurück")).startsWith("Welche Bestellung");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            What is the weather in Rome? | And in Paris?  | Paris: # degrees
            Wie ist das Wetter in Rom?   | Und in Berlin? | Berlin: # Grad
            What time is it in Paris?    | And in Tokyo?  | It is 02:30 in Tokyo.
            """)
    void givenAnAnswerAboutACity_whenAnotherCityIsNamed_thenThatOneIsAnswered(String first, String then, String expected) {
        Talk talk = new Talk();
        talk.say(first);

        String answer = talk.say(then);

        assertThat(answer).contains(expected.split(" # "));
    }

    @ParameterizedTest
    @ValueSource(strings = { "What is 12*(3+4)?", "What is 2 + 3 * 4?", "(1+2)*3", "1 plus 2 plus 3" })
    void givenALongCalculation_whenAsked_thenNoPartOfItIsTakenForTheWhole(String question) {
        assertThat(new Talk().say(question)).startsWith("I calculate with two numbers at a time");
    }

    @ParameterizedTest
    @ValueSource(strings = { "Are you a real AI?", "Are you Gemini?", "are you a language model", "Are you a human?" })
    void givenTheQuestionWhatItIs_whenAsked_thenTheAssistantIsHonest(String question) {
        assertThat(new Talk().say(question)).contains("no model behind me");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Bist du ein Mensch?            | kein Modell
            Êtes-vous une vraie personne ? | pas de modèle
            ¿Eres una persona?             | ningún modelo
            Sei una persona?               | non c'è un modello
            Você é humano?                 | nenhum modelo
            """)
    void givenTheQuestionWhatItIs_whenAskedInAnotherLanguage_thenTheAssistantIsHonest(String question, String expected) {
        assertThat(new Talk().say(question)).contains(expected);
    }

    @Test
    void givenTwoJokes_whenAskedOneAfterTheOther_thenTheyAreDifferent() {
        Talk talk = new Talk();
        String first = talk.say("Tell me a joke");

        assertThat(talk.say("Another joke, please")).isNotEqualTo(first);
    }

    @Test
    void givenASupportDialogue_whenTheAnswerIsNoProduct_thenItIsNotTakenForOne() {
        Talk talk = new Talk();
        talk.say("My machine is broken");

        assertThat(talk.say("I want to talk to a human")).doesNotContain("I want to talk");
    }

    @Test
    void givenASupportDialogue_whenTheProductIsExplained_thenItsNameIsTaken() {
        Talk talk = new Talk();
        talk.say("Something is broken");

        assertThat(talk.say("The headphones. They do not turn on")).contains("switched the headphones off and on");
    }

    @Test
    void givenTheSameConversation_whenHeldTwice_thenTheAnswersAreTheSame() {
        List<String> questions = List.of("Hello", "What is the weather in Rome?", "gibberish", "Where is order 7?", "bla");
        Talk one = new Talk();
        Talk other = new Talk();

        assertThat(questions.stream().map(one::say).toList()).isEqualTo(questions.stream().map(other::say).toList());
    }

    @Test
    void givenAStory_whenAskedFor_thenItIsLong() {
        assertThat(new Talk().say("Tell me a story")).hasSizeGreaterThan(1_000);
    }

    @Test
    void givenSpeech_whenHeard_thenTheAssistantIsHonest() {
        Talk talk = new Talk();

        assertThat(talk.speak(1_840)).startsWith("I heard 1.8 seconds of speech.").contains("Type:");
        String first = talk.speak(1_840);
        assertThat(talk.speak(1_840)).isNotEqualTo(first);
        assertThat(new Talk().declare(WEATHER, ORDER).speak(500)).contains("0.5 seconds", "get_weather, orderStatus");
        talk.language = Optional.of("de");
        assertThat(talk.speak(100)).contains("0.1 Sekunden");
    }

    @Test
    void givenAnUnfinishedText_whenReceived_thenTheAssistantWaits() {
        Talk talk = new Talk();

        talk.say("I would like to...");

        assertThat(talk.last.steps()).containsExactly("waitForInput");
    }

    @Test
    void givenSomethingToThinkAbout_whenTheModelThinksLonger_thenItTakesSeveralTurns() {
        Talk talk = new Talk();
        talk.say("Please think about tea.");
        assertThat(talk.last.steps()).hasSize(3).first().asString().startsWith("think: ").contains("tea");

        talk.model = "gemini-3.8-live-extended-thinking";
        talk.say("Please think about tea.");

        assertThat(talk.last.steps()).filteredOn("nextTurn"::equals).hasSize(2);
        assertThat(talk.last.steps()).first().asString().startsWith("think: ");
        assertThat(talk.last.steps()).last().isEqualTo("complete");
    }

    @Test
    void givenNothingKnown_whenAsked_thenASuggestionIsMade() {
        assertThat(new Talk().say("Xyzzy plugh")).contains("Xyzzy plugh", "Type:");
        assertThat(new Talk().say("")).contains("Type:");
        assertThat(new Talk().say("x".repeat(100_000))).hasSizeLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "a-", "a.", "/", "A1-", "\"", "“", "what is ", "weather in ", "cancel ", "1 ", "1+",
        "my name is ",
        "and ", "http://a ", "are a ", "@", "...a" })
    void givenTextsThatTemptAnExpressionToGoBackAndForth_whenAsked_thenThereIsAnAnswer(String part) {
        Talk talk = new Talk().declare(WEATHER, ORDER, "{'name':'readFile','parameters':{'properties':{'path':{}}}}");
        talk.instruction = part.repeat(4_096);

        talk.say("read the file for order weather " + part.repeat(4_096));

        assertThat(talk.last.steps()).last().isEqualTo("complete");
    }

    @Test
    void givenAModerator_whenTextsAreJudged_thenTheVerdictIsShort() {
        Talk talk = new Talk();
        talk.instruction = "Moderate every message. Answer APPROVED or REJECTED.";

        assertThat(talk.say("What a lovely day")).isEqualTo("APPROVED");
        assertThat(talk.say("You are an idiot")).isEqualTo("REJECTED: insult");

        talk.instruction = "Classify the text as JSON";
        assertThat(talk.say("Click here to win")).isEqualTo("{\"verdict\":\"block\",\"category\":\"spam\"}");
        assertThat(talk.say("Hello")).isEqualTo("{\"verdict\":\"allow\",\"category\":\"none\"}");
    }

    @Test
    void givenAnInterpreter_whenTextsCome_thenTheyAreTranslatedOrMarked() {
        Talk talk = new Talk();
        talk.instruction = "You are a simultaneous interpreter. Translate everything from English into German.";

        assertThat(talk.say("Good morning! Where is the station? I collect stamps."))
                .isEqualTo("Guten Morgen! Wo ist der Bahnhof? [Deutsch] I collect stamps.");
    }

    @Test
    void givenAFunction_whenItsSubjectIsAskedFor_thenItIsCalledAndItsResultTold() {
        Talk talk = new Talk().declare(ORDER, WEATHER).answering("{'city':'Berlin','temperature':21.5,'rainyDays':[1,2,3]}");

        String said = talk.say("How is the weather in Berlin in Fahrenheit?");

        assertThat(talk.last.steps()).first().isEqualTo("call: get_weather");
        assertThat(talk.args()).isEqualTo("{'city':'Berlin','unit':'fahrenheit'}");
        assertThat(said).isEqualTo("City: Berlin, temperature: 21.5, rainy days: 1, 2 and 3.");
        assertThat(talk.last.steps()).last().isEqualTo("complete");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Wie ist das Wetter in Köln?         | get_weather | {'city':'Köln'}
            Quel temps fait-il à Paris ?        | get_weather | {'city':'Paris'}
            ¿Lloverá? El clima en Sevilla       | get_weather | {'city':'Sevilla'}
            weather in Smallville please        | get_weather | {'city':'Smallville'}
            Wo ist meine Bestellung A-4711?     | orderStatus | {'orderId':'A-4711'}
            Where is order 4711?                | orderStatus | {'orderId':'4711'}
            """)
    void givenFunctions_whenAskedInSeveralLanguages_thenTheRightOneIsChosen(String text, String name, String args) {
        Talk talk = new Talk().declare(WEATHER, ORDER);

        talk.say(text);

        assertThat(talk.last.calls()).extracting(ToolCall::name).containsExactly(name);
        assertThat(talk.args()).isEqualTo(args);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Where is parcel 77?              | trackParcel | {'number':'77'}
            Has my package 77 left?          | orderStatus | {'orderId':'77'}
            Where is order 4711?             | orderStatus | {'orderId':'4711'}
            """)
    void givenAFunctionForTheWordAndOneForItsSynonym_whenAsked_thenTheWordCounts(String text, String name, String args) {
        Talk talk = new Talk().declare(ORDER, PARCEL);

        talk.say(text);

        assertThat(talk.last.calls()).extracting(ToolCall::name).containsExactly(name);
        assertThat(talk.args()).isEqualTo(args);
    }

    @ParameterizedTest
    @ValueSource(strings = { "Hello", "How are you?", "What can you do?", "My name is Ada", "What is 1 + 1?", "Tell me a story",
        "thank you", "Who are you?", "Get me something", "Danke, bis bald", "Xyzzy" })
    void givenFunctions_whenTheUserMakesSmallTalk_thenNoneIsCalled(String text) {
        Talk talk = new Talk().declare(WEATHER, ORDER);

        talk.say(text);

        assertThat(talk.last.calls()).isEmpty();
        assertThat(talk.last.said()).isNotBlank();
    }

    @Test
    void givenTwoThings_whenJoinedByAnd_thenBothFunctionsAreCalledAtOnce() {
        Talk talk = new Talk().declare(WEATHER, ORDER).answering("{'result':'fine'}");

        String said = talk.say("What is the weather in Rome and where is order 12?");

        assertThat(talk.last.steps()).first().isEqualTo("call: get_weather, orderStatus");
        assertThat(talk.last.calls()).extracting(call -> call.args().toString()).containsExactly("{\"city\":\"Rome\"}",
                "{\"orderId\":\"12\"}");
        assertThat(said).isEqualTo("Fine. Fine.");
    }

    @Test
    void givenTwoCities_whenJoinedByAnd_thenTheFunctionIsCalledForEach() {
        Talk talk = new Talk().declare(WEATHER);

        talk.say("What is the weather in Rome and in Paris?");

        assertThat(talk.last.calls()).extracting(call -> call.args().path("city").asText()).containsExactly("Rome", "Paris");
    }

    @Test
    void givenAMissingArgument_whenTheUserAddsIt_thenTheFunctionIsCalled() {
        Talk talk = new Talk().declare(WEATHER);

        assertThat(talk.say("How is the weather?")).isEqualTo("To call get_weather I need to know more: city.");
        talk.say("in atlantis");

        assertThat(talk.last.calls()).extracting(ToolCall::name).containsExactly("get_weather");
        assertThat(talk.args()).isEqualTo("{'city':'atlantis'}");
    }

    @Test
    void givenAMissingArgument_whenTheUserAsksSomethingElse_thenThatIsAnswered() {
        Talk talk = new Talk().declare(WEATHER);

        talk.say("How is the weather?");

        assertThat(talk.say("Who are you?")).contains("emulator");
        assertThat(talk.last.calls()).isEmpty();
    }

    @Test
    void givenAnError_whenTheFunctionAnswers_thenItIsToldAsSuch() {
        assertThat(new Talk().declare(WEATHER).answering("{'error':'no such city'}").say("weather in Rome"))
                .isEqualTo("That did not work: no such city.");
        assertThat(new Talk().declare(WEATHER).answering("{'error':{'code':5,'message':'Down!'}}").say("weather in Rome"))
                .isEqualTo("That did not work: Down!");
        assertThat(new Talk().declare(WEATHER).answering("{}").say("weather in Rome")).isEqualTo("Done.");
    }

    @Test
    void givenAFunctionThatDoesNotBlock_whenCalled_thenTheUserIsToldToGoOn() {
        Talk talk = new Talk().declare(WEATHER.replace("'name'", "'behavior':'NON_BLOCKING','name'"));

        talk.say("weather in Rome");

        assertThat(talk.last.steps()).first()
                .isEqualTo("say: I have asked for that and tell you when I know. Meanwhile, go on.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Book a table for 4 on 2026-12-24 at 19:30 for Ada Lovelace, mail ada@example.org | bookTable | {'guests':4,'date':'2026-12-24','time':'19:30','email':'ada@example.org','guestName':'Ada Lovelace'}
            Book a table for 2 tomorrow | bookTable | {'guests':2,'date':'2026-11-23'}
            Turn off the lights in the kitchen | turn_off_the_lights | {'room':'kitchen'}
            Turn on the lights in the kitchen | turn_on_the_lights | {'room':'kitchen'}
            Set the light brightness to 30.5 in the kitchen, not dimmed | set_light | {'room':'kitchen','options':{'brightness':30.5},'dimmed':false}
            Read the file src/main/App.java | readFile | {'path':'src/main/App.java'}
            Search the files for "TODO list" | searchFiles | {'query':'TODO list'}
            Search the files for main method | searchFiles | {'query':'main method'}
            Search the files for "TODO list" in src/main/ | searchFiles | {'directory':'src/main/','query':'TODO list'}
            Read pom.xml. | readFile | {'path':'pom.xml'}
            List the files | listFiles | {'path':'.'}
            List the files in /tmp/a.d/ | listFiles | {'path':'/tmp/a.d/'}
            Sum up the numbers 1, 2 and 3.5 | sumNumbers | {'numbers':[1,2,3.5]}
            """)
    void givenParametersOfManyTypes_whenCalled_thenTheyAreFilledFromTheText(String text, String name, String args) {
        Talk talk = new Talk().declare("""
                {'name':'bookTable','parameters':{'type':'OBJECT','properties':{'guests':{'type':'INTEGER'},
                 'date':{'type':'STRING','format':'date'},'time':{'type':'STRING'},'email':{'type':'STRING'},
                 'guestName':{'type':'STRING'}},'required':['guests','date']}}""",
                "{'name':'turn_on_the_lights','parameters':{'properties':{'room':{'type':'STRING'}},'required':['room']}}",
                "{'name':'turn_off_the_lights','parameters':{'properties':{'room':{'type':'STRING'}},'required':['room']}}",
                """
                        {'name':'set_light','parametersJsonSchema':{'type':'object','properties':{'room':{'type':['null','string']},
                         'options':{'type':'object','properties':{'brightness':{'type':'number'}}},'dimmed':{'type':'boolean'}},
                         'required':['room']}}""",
                "{'name':'readFile','parameters':{'properties':{'path':{'type':'STRING'}},'required':['path']}}",
                """
                        {'name':'searchFiles','parameters':{'properties':{'directory':{'type':'STRING'},
                         'query':{'type':'STRING'}},'required':['query']}}""",
                "{'name':'listFiles','parameters':{'properties':{'path':{'type':'STRING'}},'required':['path']}}",
                "{'name':'sumNumbers','parameters':{'properties':{'numbers':{'type':'ARRAY','items':{'type':'NUMBER'}}}}}");

        talk.say(text);

        assertThat(talk.last.calls()).extracting(ToolCall::name).containsExactly(name);
        assertThat(talk.args()).isEqualTo(args);
    }

    @Test
    void givenAFunctionWithoutParameters_whenCalled_thenItsArgumentsAreEmpty() {
        Talk talk = new Talk().declare("{'name':'goodbye','description':'Ends the call'}");

        talk.say("goodbye then");

        assertThat(talk.args()).isEqualTo("{}");
    }

    @Test
    void givenAllLanguages_whenTheirFilesAreRead_thenTheyHaveTheSameKeys() {
        Language.Content english = Languages.ENGLISH.content();

        assertThat(Languages.ALL).hasSize(6).allSatisfy(language -> {
            assertThat(language.content().patterns().keySet()).isEqualTo(english.patterns().keySet());
            assertThat(language.content().phrases().keySet()).isEqualTo(english.phrases().keySet());
            assertThat(language.content().talk().keySet()).isEqualTo(english.talk().keySet());
            assertThat(language.content().phrases().values()).allSatisfy(phrases -> assertThat(phrases).isNotEmpty());
            assertThat(language.content().languages().values()).contains("en", "de", "fr", "es", "it", "pt");
        });
    }

    @Test
    void givenAnyTurn_whenASuggestionIsFollowed_thenItWorks() {
        assertThat(Languages.ALL).allSatisfy(language -> assertThat(language.phrases("suggestions")).allSatisfy(suggestion -> {
            String typed = suggestion.substring(suggestion.indexOf(':') + 1).strip();
            Talk talk = new Talk();
            talk.language = Optional.of(language.locale().getLanguage());
            assertThat(talk.say(typed)).isNotEqualTo(language.phrases("fallback").get(0)).doesNotContain(typed);
        }));
    }
}
