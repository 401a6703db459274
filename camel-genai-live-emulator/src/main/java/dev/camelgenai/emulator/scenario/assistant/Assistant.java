package dev.camelgenai.emulator.scenario.assistant;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.UserTurn;
import dev.camelgenai.emulator.scenario.assistant.Language.Found;

/**
 * The scenario that people meet first. Nothing is understood: patterns decide what is answered, and the conversation's history
 * is the only memory. Stateless.
 */
public final class Assistant implements Scenario {

    private static final int MAX_NAMED_FUNCTIONS = 3;
    private static final String EXTENDED_THINKING = "extended-thinking";
    private static final Pattern INTERPRETER = Pattern.compile("(?i)(?:^|[.!]\\s*)(?:please\\s+|you\\s+)?"
            + "(?:(?:are|act as) an?[\\w ,-]*\\b(?:translator|interpreter)|(?:simultaneously )?(?:translate|interpret))\\b");
    private static final Pattern TARGET = Pattern.compile("(?i)\\b(?:to|into|in)\\s+(?<language>\\p{L}+)");

    private final Functions functions;
    private final Knowledge knowledge;

    /**
     * @param clock tells the time
     */
    public Assistant(InstantSource clock) {
        Objects.requireNonNull(clock, "clock");
        readResources();
        functions = new Functions(clock);
        knowledge = new Knowledge(clock);
    }

    @Override
    public void onTurn(UserTurn turn, Reply reply) {
        if (turn instanceof UserTurn.Audio audio) {
            Conversation conversation = reply.conversation();
            reply.say(heard(audio, new Question("", Languages.of(conversation, ""), conversation))).complete();
        } else if (turn instanceof UserTurn.Text written) {
            String text = written.text().strip();
            if (text.endsWith("...") || text.endsWith("…")) {
                reply.waitForInput();
            } else {
                read(Question.cut(text), reply);
            }
        }
    }

    /** Now, and not at the first turn on an event loop. */
    private static void readResources() {
        Languages.ALL.forEach(language -> Words.isOrdinary(language.content().language()));
        Cities.in("");
        PhraseBook.translate("", "en");
        Moderation.category("");
    }

    private void read(String text, Reply reply) {
        Conversation conversation = reply.conversation();
        Question question = new Question(text, Languages.of(conversation, text), conversation);
        Optional<String> first = Moderation.judge(question).or(() -> interpret(question)).or(() -> Support.goOn(question));
        if (first.isPresent()) {
            reply.say(first.get()).complete();
        } else if (!functions.answer(question, reply)) {
            question.find("think").ifPresentOrElse(found -> think(found, question, reply),
                    () -> reply.say(knowledge.answer(question).orElseGet(() -> fallback(question))).complete());
        }
    }

    /** With extended thinking the model speaks several times before it is done. */
    private static void think(Found found, Question question, Reply reply) {
        String topic = Question.quoted(found.group("topic").orElse(""));
        String[] value = { "topic", topic };
        reply.think(question.say("thought", value));
        if (question.conversation().model().contains(EXTENDED_THINKING)) {
            reply.say(question.say("thinkFirst", value)).nextTurn().say(question.say("thinkNext", value)).nextTurn()
                    .say(question.say("thinkLast", value)).complete();
        } else {
            reply.say(question.say("thinkNext", value) + ' ' + question.say("thinkLast", value)).complete();
        }
    }

    private static Optional<String> interpret(Question question) {
        String instruction = question.instruction();
        if (!INTERPRETER.matcher(instruction).find()) {
            return Optional.empty();
        }
        Optional<Language> target = Optional.empty();
        Matcher language = TARGET.matcher(instruction);
        while (target.isEmpty() && language.find()) {
            target = Knowledge.languageNamed(language.group("language")).flatMap(Languages::of);
        }
        return Optional.of(PhraseBook.interpret(question.text(), target.orElse(Languages.ENGLISH)));
    }

    private static String heard(UserTurn.Audio audio, Question question) {
        List<String> names = question.conversation().functions().stream().map(function -> function.path("name"))
                .filter(JsonNode::isTextual).map(JsonNode::textValue).limit(MAX_NAMED_FUNCTIONS).toList();
        String suggestion = names.isEmpty()
                ? suggestion(question)
                : question.say("audioFunctions", "functions", String.join(", ", names));
        return question.say("audio", "seconds",
                BigDecimal.valueOf(audio.duration().toMillis(), 3).setScale(1, RoundingMode.HALF_UP).toPlainString(),
                "suggestion",
                suggestion);
    }

    private static String fallback(Question question) {
        return question.say("fallback", "text", Question.quoted(question.text()), "suggestion", suggestion(question));
    }

    private static String suggestion(Question question) {
        return question.say("suggestions");
    }
}
