package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ClientMessage;

/** One message offered to a session: finds itself again on the wire by the id in its payload, and knows what it was told. */
final class ChaosMessage implements SendCallback, TurnCallback {

    /** What kinds of messages there are. */
    enum Kind {
        AUDIO,
        CONTEXT,
        QUESTION,
        AWAITED_QUESTION,
        TOOL_RESPONSE
    }

    /** What became of it, as far as its sender was told. */
    enum Fate {
        WRITTEN,
        ANSWERED,
        DROPPED,
        CANCELLED,
        /** With an exception, at the offer or later. */
        REFUSED
    }

    /** In a question: the model is to call a function. */
    static final String CALLS = " please look it up";

    private static final Pattern ID = Pattern.compile("s(\\d+)-m(\\d+)");
    /** Nibbles of the session and of the number. */
    private static final int SESSION_DIGITS = 4;
    private static final int NUMBER_DIGITS = 6;
    private static final int SAMPLES = 160;

    final int session;
    final int number;
    final Kind kind;
    /** Whether it travels with others, which may be written only in part. */
    final boolean grouped;
    /** The number of the first message that travels with it. */
    final int send;
    final AtomicInteger told = new AtomicInteger();
    volatile Fate fate;
    volatile GenAiLiveException failure;

    ChaosMessage(int session, int number, Kind kind, boolean grouped, int send) {
        this.session = session;
        this.number = number;
        this.kind = kind;
        this.grouped = grouped;
        this.send = send;
    }

    String id() {
        return "s" + session + "-m" + number;
    }

    ClientMessage payload(boolean calls) {
        return switch (kind) {
            case AUDIO -> EmulatedSessions.audio(pcm());
            case CONTEXT -> EmulatedSessions.content(id() + ' ', false);
            case QUESTION, AWAITED_QUESTION -> EmulatedSessions.content(id() + (calls ? CALLS : ""), true);
            case TOOL_RESPONSE -> throw new IllegalStateException("answers a call");
        };
    }

    ClientMessage answering(String call, String name) {
        return new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(List.of(FunctionResponse.builder().id(call).name(name)
                        .response(java.util.Map.of("output", id())).build()))
                .build());
    }

    /** 10 ms of a silence that no detection takes for speech, with the id in its noise. */
    private byte[] pcm() {
        byte[] pcm = new byte[SAMPLES * 2];
        long digits = ((long) session << (4 * NUMBER_DIGITS)) | number;
        for (int i = 0; i < SESSION_DIGITS + NUMBER_DIGITS; i++) {
            pcm[2 * i] = (byte) (digits >> (4 * i) & 0xf);
        }
        return pcm;
    }

    /** The id in a message on the wire. */
    static String idOf(RecordedMessage message) {
        byte[] pcm = message.audio();
        if (pcm.length > 0) {
            long digits = 0;
            for (int i = 0; i < SESSION_DIGITS + NUMBER_DIGITS; i++) {
                digits |= (long) pcm[2 * i] << (4 * i);
            }
            return "s" + (digits >> (4 * NUMBER_DIGITS)) + "-m" + (digits & (1L << (4 * NUMBER_DIGITS)) - 1);
        }
        String text = message.functionResponses().isEmpty()
                ? message.text()
                : message.functionResponses().get(0).response().path("output").asText();
        List<String> ids = idsIn(text);
        return ids.isEmpty() ? "?" : ids.get(0);
    }

    static List<String> idsIn(String text) {
        List<String> ids = new ArrayList<>();
        for (Matcher matcher = ID.matcher(text); matcher.find();) {
            ids.add(matcher.group());
        }
        return ids;
    }

    /** It was not even accepted. */
    void refused(GenAiLiveException why) {
        tell(Fate.REFUSED, why);
    }

    @Override
    public void onSent(SendOutcome outcome, GenAiLiveException why) {
        tell(outcome == null ? Fate.REFUSED : Fate.valueOf(outcome.name()), why);
    }

    @Override
    public void onTurn(LiveTurn turn, GenAiLiveException why) {
        tell(turn == null ? Fate.REFUSED : Fate.ANSWERED, why);
    }

    private void tell(Fate became, GenAiLiveException why) {
        if (told.getAndIncrement() == 0) {
            failure = why;
            fate = became;
        }
    }

    boolean isTold() {
        return fate != null;
    }

    @Override
    public String toString() {
        return id() + " (" + kind + ", " + fate + (failure == null ? "" : ": " + failure.getMessage()) + ")";
    }
}
