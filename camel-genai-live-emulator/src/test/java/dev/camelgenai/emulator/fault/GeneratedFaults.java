package dev.camelgenai.emulator.fault;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Faults of every kind, at every moment that is possible, with texts that are made to be misread. */
final class GeneratedFaults {

    /** Everything that means something in the text form, and what does not. */
    private static final List<String> PIECES = List.of("@", "*", "%", ":", "=", "\"", "\\", " ", "\n", "\t", "a", "ü",
            "\uD83D\uDE00",
            "2", "10", "@setup", "*2", "%10", "@midTurn*2%10", "close=1011", "\\\"", "Internal error occurred.", "'", "'x'",
            "0.5");
    private static final int[] CODES = { 1000, 1001, 1003, 1007, 1008, 1011, 1014, 3000, 4999 };

    private final Random random;

    GeneratedFaults(long seed) {
        random = new Random(seed);
    }

    /** Without an end. */
    Stream<Fault> stream() {
        return Stream.generate(this::next);
    }

    private Fault next() {
        Misbehaviour what = what();
        Fault fault = Fault.of(what);
        if (random.nextBoolean()) {
            fault = fault.at(moment(Kind.of(what)));
        }
        if (random.nextBoolean()) {
            fault = fault.times(random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(Integer.MAX_VALUE));
        }
        if (random.nextBoolean()) {
            fault = fault.probability(random.nextBoolean() ? (1 + random.nextInt(100)) / 100.0 : 1 - random.nextDouble());
        }
        return fault;
    }

    private Misbehaviour what() {
        List<Supplier<Misbehaviour>> kinds = List.of(
                () -> new Misbehaviour.Refuse(400 + random.nextInt(200), text()),
                () -> new Misbehaviour.Close(code(), text()),
                Misbehaviour.Kill::new,
                Misbehaviour.Silence::new,
                Misbehaviour.StopReading::new,
                () -> new Misbehaviour.SlowReading(duration(1)),
                () -> new Misbehaviour.GoAway(duration(0)),
                () -> new Misbehaviour.GoAwayThenSilence(duration(0)),
                Misbehaviour.SpuriousInterrupted::new,
                () -> new Misbehaviour.UnresumableClose(code(), text()),
                Misbehaviour.DuplicateTurnComplete::new,
                Misbehaviour.OtherFrames::new,
                Misbehaviour.BundledFields::new,
                Misbehaviour.TranscriptionFirst::new,
                Misbehaviour.TranscriptionLast::new,
                Misbehaviour.FractionalDurations::new,
                Misbehaviour.UnknownFields::new,
                () -> new Misbehaviour.LatePong(duration(1)),
                Misbehaviour.TruncatedReason::new);
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    private Moment moment(Kind kind) {
        List<Moment> moments = Stream
                .<Moment>of(new Moment.Connect(), new Moment.Setup(), new Moment.Messages(random.nextInt(3)),
                        new Moment.Messages(random.nextLong(1_000_000_000_000_000_000L)), new Moment.MidTurn(),
                        new Moment.Time(duration(0)))
                .filter(moment -> isPossible(kind, moment)).toList();
        return moments.get(random.nextInt(moments.size()));
    }

    private static boolean isPossible(Kind kind, Moment moment) {
        try {
            kind.requirePossible(moment);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private int code() {
        return CODES[random.nextInt(CODES.length)];
    }

    private Duration duration(long minNanos) {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ofNanos(minNanos + random.nextLong(Duration.ofHours(24).toNanos()));
            case 1 -> Duration.ofMillis(minNanos + random.nextInt(5_000));
            case 2 -> Duration.ofSeconds(minNanos + random.nextInt(10_000));
            default -> Duration.ofMinutes(minNanos + random.nextInt(1_439));
        };
    }

    private String text() {
        return String.join("", IntStream.range(0, random.nextInt(6)).mapToObj(i -> PIECES.get(random.nextInt(PIECES.size())))
                .toList());
    }
}
