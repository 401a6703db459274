package dev.camelgenai.examples.contentmoderation;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of a post.
 *
 * @param decision the only thing that routes go by
 * @param reason   for people; empty if there is none
 */
record Verdict(Decision decision, String reason) {

    /** The three ways a post may go. */
    enum Decision {
        /** It is published. */
        ALLOW,
        /** It is not. */
        BLOCK,
        /** A human being decides. */
        REVIEW
    }

    /** One word, and a reason where there is one; a model that speaks ends with a full stop, as its transcript does. */
    private static final Pattern ANSWER = Pattern
            .compile("(?<decision>allow|block|review)(?:[:,] *(?<reason>[a-z][a-z -]{0,39}))?[.!]?", Pattern.CASE_INSENSITIVE);

    /**
     * Reads the answer of a model. Whatever is not one of the answers that it was told to give is {@link Decision#REVIEW}: a model that
     * says more than that may have been talked into it.
     */
    static Verdict of(String answer) {
        Matcher matcher = ANSWER.matcher(answer.strip());
        if (!matcher.matches()) {
            return review("the answer was no verdict");
        }
        Decision decision = Decision.valueOf(matcher.group("decision").toUpperCase(Locale.ROOT));
        String reason = matcher.group("reason");
        if (decision == Decision.ALLOW && reason != null) {
            return review("allowed, but with a reason");
        }
        if (decision == Decision.BLOCK && reason == null) {
            return review("blocked without a reason");
        }
        return new Verdict(decision, reason == null ? "" : reason.strip().toLowerCase(Locale.ROOT));
    }

    static Verdict review(String reason) {
        return new Verdict(Decision.REVIEW, reason);
    }

    /** As routes compare it: {@code allow}, {@code block} or {@code review}. */
    String word() {
        return decision.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return reason.isEmpty() ? word() : word() + ": " + reason;
    }
}
