package dev.camelgenai.live;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.camelgenai.live.error.LiveInputException;

/** An amount of memory as it is written in an option: {@code 65536}, {@code 64KB}, {@code 4MB}. */
record ByteSize(long bytes) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB)?");

    /**
     * @throws LiveInputException when the text is not a size, naming the option
     */
    static ByteSize parse(String option, String text) {
        Matcher matcher = FORM.matcher(text == null ? "" : text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new LiveInputException(
                    "The option " + option + " must be a size such as 65536, 64KB or 4MB, but is " + text, false);
        }
        int shift = switch (matcher.group(2) == null ? "B" : matcher.group(2)) {
            case "KB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            default -> 0;
        };
        return new ByteSize(Long.parseLong(matcher.group(1)) << shift);
    }
}
