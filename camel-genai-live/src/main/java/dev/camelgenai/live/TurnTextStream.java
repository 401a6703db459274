package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.LiveTurnStream;

/**
 * A turn of the model as UTF-8 bytes while it arrives, in one of several forms. A read gives what is there and waits only when
 * there is nothing, so that each fragment can go on at once.
 */
final class TurnTextStream extends InputStream {

    /** What becomes of a message. */
    interface Form {

        /** @return nothing where the message says nothing in this form */
        String of(ServerMessage message);
    }

    private static final ByteArrayInputStream NOTHING = new ByteArrayInputStream(new byte[0]);

    private final LiveTurnStream turn;
    private final Form form;
    private ByteArrayInputStream fragment = NOTHING;

    TurnTextStream(LiveTurnStream turn, Form form) {
        this.turn = turn;
        this.form = form;
    }

    /** What the model writes, or else the words of what it says. */
    static TurnTextStream words(LiveTurnStream turn) {
        return new TurnTextStream(turn, new Words());
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
                if (!turn.hasNext()) {
                    return false;
                }
                fragment = new ByteArrayInputStream(form.of(turn.nextMessage()).getBytes(StandardCharsets.UTF_8));
            }
            return true;
        } catch (GenAiLiveException e) {
            throw new IOException("The model's turn broke off: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        turn.close();
    }

    /** Of text and transcript only the one that comes first: a model that writes may be transcribed as well. */
    private static final class Words implements Form {

        private ServerEvent.Kind kind;

        @Override
        public String of(ServerMessage message) {
            StringBuilder words = new StringBuilder();
            for (ServerEvent event : message.events()) {
                if (event.kind() == ServerEvent.Kind.text || event.kind() == ServerEvent.Kind.outputTranscript) {
                    kind = kind == null ? event.kind() : kind;
                    words.append(event.kind() != kind
                            ? ""
                            : event instanceof ServerEvent.Text text
                                    ? text.text()
                                    : ((ServerEvent.OutputTranscript) event).text());
                }
            }
            return words.toString();
        }
    }
}
