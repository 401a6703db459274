package dev.camelgenai.emulator.scenario.assistant;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A dialogue about something broken; what the model said last tells how far it is. */
final class Support {

    private static final int MAX_PRODUCT = 60;
    private static final int MAX_PRODUCT_WORDS = 5;
    private static final Pattern SENTENCES = Pattern.compile("(?<=[.!?])\\s+");

    private Support() {
    }

    /** The first question, if something is broken. */
    static Optional<String> begin(Question question) {
        return question.find("support").map(found -> question.say("supportProduct"));
    }

    /** The next step, if the dialogue is under way and the user has answered. */
    static Optional<String> goOn(Question question) {
        return question.pending("supportProduct").flatMap(Support::product)
                .or(() -> question.pending("supportRestart")
                        .flatMap(asked -> decide(asked, "supportTicket", "supportHelped")))
                .or(() -> question.pending("supportHelped")
                        .flatMap(asked -> decide(asked, "supportSolved", "supportTicket")));
    }

    private static Optional<String> product(Question question) {
        String product = SENTENCES.split(question.text(), 2)[0].replaceAll("[\\s.!]+$", "")
                .replaceFirst(
                        "(?iu)^(?:it is|it's|my|the|a|an|es ist|mein|meine|der|die|das|le|la|mon|ma|el|mi|il|o|meu|minha)\\s+",
                        "");
        return product.isEmpty() || product.split("\\s+").length > MAX_PRODUCT_WORDS || product.length() > MAX_PRODUCT
                || product.endsWith("?")
                        ? Optional.empty()
                        : Optional.of(question.say("supportRestart", "product", product));
    }

    private static Optional<String> decide(Question question, String ifYes, String ifNo) {
        Optional<String> next = question.find("yes").map(found -> ifYes).or(() -> question.find("no").map(found -> ifNo));
        return next.map(phrase -> question.say(phrase, "ticket", ticket(question)));
    }

    /** Made of what the user has said, so that the same dialogue gets the same one. */
    private static String ticket(Question question) {
        List<String> said = question.said();
        String dialogue = String.join(" ", said.subList(Math.max(0, said.size() - 3), said.size()));
        return String.format(Locale.ROOT, "T-%05d", Math.floorMod(dialogue.hashCode(), 100_000));
    }
}
