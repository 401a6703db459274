package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.LiveTurnStream;

/**
 * A turn of the model as bytes while it arrives, in one of several forms. A read gives what is there and waits only when there
 * is nothing, so that each fragment can go on at once.
 */
final class TurnInputStream extends InputStream {

    /** What becomes of a message. */
    interface Form {

        /** @return nothing where the message says nothing in this form */
        byte[] of(ServerMessage message);

        /** The last words where the turn breaks off; empty where the reader gets an exception instead. */
        default Optional<byte[]> brokenOff(GenAiLiveException failure) {
            return Optional.empty();
        }
    }

    private static final ByteArrayInputStream NOTHING = new ByteArrayInputStream(new byte[0]);

    private final LiveTurnStream turn;
    private final Form form;
    private ByteArrayInputStream fragment = NOTHING;
    private boolean brokenOff;

    TurnInputStream(LiveTurnStream turn, Form form) {
        this.turn = turn;
        this.form = form;
    }

    boolean reads(LiveTurnStream stream) {
        return turn == stream;
    }

    @Override
    public int read() throws IOException {
        return fill() ? fragment.read() : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        return fill() ? fragment.read(target, offset, length) : -1;
    }

    @Override
    public int available() {
        return fragment.available();
    }

    private boolean fill() throws IOException {
        try {
            while (fragment.available() == 0) {
                if (brokenOff || !turn.hasNext()) {
                    return false;
                }
                fragment = new ByteArrayInputStream(form.of(turn.nextMessage()));
            }
            return true;
        } catch (GenAiLiveException e) {
            fragment = new ByteArrayInputStream(form.brokenOff(e)
                    .orElseThrow(() -> new IOException("The model's turn broke off: " + e.getMessage(), e)));
            brokenOff = true;
            return true;
        }
    }

    @Override
    public void close() {
        turn.close();
    }
}
