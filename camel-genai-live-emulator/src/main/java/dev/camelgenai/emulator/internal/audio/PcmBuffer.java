package dev.camelgenai.emulator.internal.audio;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Audio that may become a turn, as it was received. Takes as much memory as it holds, up to a small factor, and none when empty.
 * Bounded: what does not fit is dropped. Not thread-safe.
 */
final class PcmBuffer {

    /** A client may change its rate, but not so often that resampling the pieces would take long. */
    static final int MAX_PIECES = 100;

    private static final byte[] NONE = {};

    /** Samples of one rate. */
    private static final class Piece {

        private final int rate;
        private int bytes;

        private Piece(int rate) {
            this.rate = rate;
        }

        private double millis() {
            return 1000.0 * bytes / Pcm.SAMPLE_BYTES / rate;
        }
    }

    private final int maxMillis;
    private final Deque<Piece> pieces = new ArrayDeque<>(1);
    private byte[] bytes = NONE;
    private int from;
    private int to;
    private boolean full;

    PcmBuffer(int maxMillis) {
        this.maxMillis = maxMillis;
    }

    /** Adds whole samples. */
    void add(byte[] pcm, int offset, int length, int rate) {
        if (length == 0 || full) {
            return;
        }
        Piece last = pieces.peekLast();
        if (last == null || last.rate != rate) {
            if (pieces.size() == MAX_PIECES) {
                full = true;
                return;
            }
            last = new Piece(rate);
            pieces.add(last);
        }
        double room = maxMillis - millis();
        int fits = (int) Math.min(length, Math.max(0, Math.round(room * rate / 1000)) * Pcm.SAMPLE_BYTES);
        full = fits < length;
        makeRoom(fits);
        System.arraycopy(pcm, offset, bytes, to, fits);
        to += fits;
        last.bytes += fits;
    }

    /** Drops what is older than the last {@code millis}. */
    void keep(double millis) {
        double excess = millis() - millis;
        while (excess > 0 && !pieces.isEmpty()) {
            Piece first = pieces.peek();
            if (first.millis() > excess) {
                // the sums of doubles are off by a little
                int drop = (int) (excess * first.rate / 1000 + 1e-6) * Pcm.SAMPLE_BYTES;
                first.bytes -= drop;
                from += drop;
                return;
            }
            excess -= first.millis();
            from += first.bytes;
            pieces.remove();
        }
        if (pieces.isEmpty()) {
            clear();
        }
    }

    double millis() {
        double millis = 0;
        for (Piece piece : pieces) {
            millis += piece.millis();
        }
        return millis;
    }

    boolean isEmpty() {
        return from == to;
    }

    /** Whether something did not fit. */
    boolean isFull() {
        return full;
    }

    /** All of it at {@link Pcm#OUTPUT_RATE}; then the buffer is empty. */
    byte[] take() {
        ByteArrayOutputStream turn = new ByteArrayOutputStream();
        int at = from;
        byte[] resampled = NONE;
        for (Piece piece : pieces) {
            resampled = Pcm.toOutputRate(Arrays.copyOfRange(bytes, at, at + piece.bytes), piece.rate);
            at += piece.bytes;
            if (pieces.size() > 1) {
                turn.writeBytes(resampled);
            }
        }
        byte[] whole = pieces.size() > 1 ? turn.toByteArray() : resampled;
        clear();
        return whole;
    }

    void clear() {
        pieces.clear();
        bytes = NONE;
        from = 0;
        to = 0;
        full = false;
    }

    private void makeRoom(int length) {
        if (to + length <= bytes.length) {
            return;
        }
        int held = to - from;
        // moving all for every third that is received costs little
        boolean move = from >= held / 3 && held + length <= bytes.length;
        byte[] target = move ? bytes : new byte[Math.max(held + length, (int) Math.min(held * 3L / 2, Integer.MAX_VALUE - 8))];
        System.arraycopy(bytes, from, target, 0, held);
        bytes = target;
        from = 0;
        to = held;
    }
}
