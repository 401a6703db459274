package dev.camelgenai.live.media;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.camelgenai.live.error.LiveInputException;

/**
 * What some media is declared to be, as far as it decides how it is read.
 *
 * @param text as it was written
 * @param kind how it is read
 * @param rate samples per second, where the format does not tell it itself; 0 where it does
 */
public record MediaType(String text, Kind kind, int rate) {

    /** How media is read. */
    public enum Kind {

        /** 16-bit signed little-endian samples, mono, without a header: {@code audio/pcm}. */
        PCM,

        /** A WAV file, which tells its format itself: {@code audio/wav}. */
        WAV,

        /** G.711 mu-law, mono, without a header: {@code audio/basic}, {@code audio/PCMU}. */
        MU_LAW,

        /** G.711 A-law, mono, without a header: {@code audio/PCMA}. */
        A_LAW,

        /** A picture: {@code image/*}. */
        IMAGE,

        /** Anything else; the service may know it. */
        OTHER
    }

    /** The rate that the service works at, in samples per second. */
    public static final int NATIVE_RATE = 16_000;

    private static final int TELEPHONE_RATE = 8_000;
    private static final int MIN_RATE = 1_000;
    private static final int MAX_RATE = 768_000;
    private static final Pattern RATE = Pattern.compile(";\\s*rate\\s*=\\s*\"?([^;\"]*)\"?");

    public MediaType {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(kind, "kind");
    }

    /**
     * @throws LiveInputException when the rate is none
     */
    public static MediaType parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        int parameters = lower.indexOf(';');
        Kind kind = kind((parameters < 0 ? lower : lower.substring(0, parameters)).strip());
        return new MediaType(text, kind, switch (kind) {
            case PCM -> rate(text, lower, NATIVE_RATE);
            case MU_LAW, A_LAW -> rate(text, lower, TELEPHONE_RATE);
            case WAV, IMAGE, OTHER -> 0;
        });
    }

    /** 16-bit signed little-endian mono samples without a header. */
    public static MediaType pcm(int rate) {
        return new MediaType("audio/pcm;rate=" + rate, Kind.PCM, rate);
    }

    private static Kind kind(String name) {
        return switch (name) {
            case "audio/pcm" -> Kind.PCM;
            case "audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave" -> Kind.WAV;
            case "audio/basic", "audio/pcmu" -> Kind.MU_LAW;
            case "audio/pcma" -> Kind.A_LAW;
            default -> name.startsWith("image/") ? Kind.IMAGE : Kind.OTHER;
        };
    }

    private static int rate(String text, String lower, int unset) {
        Matcher told = RATE.matcher(lower);
        if (!told.find()) {
            return unset;
        }
        String value = told.group(1).strip();
        int rate = value.matches("\\d{1,7}") ? Integer.parseInt(value) : 0;
        requireRate(rate, "The mime type " + text + " has the rate " + value);
        return rate;
    }

    /**
     * @throws LiveInputException when nobody samples at that rate
     */
    static void requireRate(double rate, String what) {
        if (!(rate >= MIN_RATE && rate <= MAX_RATE)) {
            throw new LiveInputException(what + ", but the samples per second must be " + MIN_RATE + " to " + MAX_RATE
                    + ", such as 16000", false);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
