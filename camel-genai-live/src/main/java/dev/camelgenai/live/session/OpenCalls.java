package dev.camelgenai.live.session;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function calls of a session that wait for an answer, and those that are cancelled: the service does not take answers
 * to them. Thread-safe.
 */
final class OpenCalls {

    private static final Logger LOG = LoggerFactory.getLogger(OpenCalls.class);

    /** Far more than a model makes at a time, and than run at a time; the oldest are forgotten beyond it. */
    private static final int MAX_OPEN = 10_000;
    /** For as long as an answer may be late. */
    private static final int MAX_DONE = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    /** By id. */
    private final Map<String, Call> open = bounded(MAX_OPEN);
    /** Those that have their answer, which may have to be written again. */
    private final Map<String, Call> answered = bounded(MAX_DONE);
    private final Map<String, Boolean> cancelled = bounded(MAX_DONE);

    /** Whether there may be calls that were made before this process knew of the session. */
    private boolean mayKnowMore;

    /**
     * @param name   of the function; {@code null} where the service gave none
     * @param known  whether the handle to resume with is younger than the call
     * @param begun  whether it has an answer that continues
     * @param manner what the model does until it has the result
     * @param answer the send that has answered it, for as long as it is on its way; {@code null} while there was none
     */
    private record Call(String name, boolean known, boolean begun, ToolRun.Manner manner, WeakReference<Outbox.Entry> answer) {

        private Call known(boolean now) {
            return new Call(name, now, begun, manner, answer);
        }
    }

    private static <V> Map<String, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    void onMessage(ServerMessage message) {
        List<FunctionCall> calls = message.toolCalls();
        List<String> ids = message.cancelledCalls();
        if (calls.isEmpty() && ids.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            for (FunctionCall call : calls) {
                call.id().ifPresent(id -> {
                    cancelled.remove(id);
                    answered.remove(id);
                    open.put(id, new Call(call.name().orElse(null), false, false, ToolRun.Manner.AWAITED, null));
                });
            }
            ids.forEach(this::cancel);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(String id) {
        open.remove(id);
        cancelled.put(id, true);
    }

    /** How the model goes on until it has the result of a call. */
    void onRun(String id, ToolRun.Manner manner) {
        lock.lock();
        try {
            open.computeIfPresent(id,
                    (key, call) -> new Call(call.name, call.known, call.begun, manner, call.answer));
        } finally {
            lock.unlock();
        }
    }

    /** The session goes on from a conversation of which this process has seen nothing. */
    void onForeignHandle() {
        lock.lock();
        try {
            mayKnowMore = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param listenedTo whether somebody hears what the model says outside the turns that are awaited
     */
    TurnTracker.Hold hold(boolean listenedTo) {
        lock.lock();
        try {
            TurnTracker.Hold hold = TurnTracker.Hold.NONE;
            for (Call call : open.values()) {
                if (call.begun || call.manner == ToolRun.Manner.SILENT) {
                    continue;
                }
                if (call.manner == ToolRun.Manner.AWAITED || !listenedTo) {
                    return TurnTracker.Hold.UNTIL_ANSWERED;
                }
                hold = TurnTracker.Hold.UNTIL_WORDS;
            }
            return hold;
        } finally {
            lock.unlock();
        }
    }

    /** A handle came that knows of the calls made so far. */
    void onHandle() {
        lock.lock();
        try {
            open.replaceAll((id, call) -> call.known(true));
            answered.replaceAll((id, call) -> call.known(true));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection is lost.
     *
     * @param  resumes whether the session goes on from the last handle
     * @return         the calls that are lost with it and count as cancelled now, those apart that had their answer
     */
    List<String> lost(boolean resumes) {
        lock.lock();
        try {
            List<String> lost = new ArrayList<>();
            open.forEach((id, call) -> {
                if (!call.known || !resumes) {
                    lost.add(id);
                }
            });
            lost.forEach(this::cancel);
            // the service makes these calls again under other ids, should it make them again
            answered.entrySet().removeIf(call -> {
                boolean gone = !call.getValue().known || !resumes;
                if (gone) {
                    cancelled.put(call.getKey(), true);
                }
                return gone;
            });
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What of a message is to be sent.
     *
     * @param message {@code null} for nothing
     * @param trouble why there is nothing, though no call was cancelled; or {@code null}
     */
    record Wanted(ClientMessage.ToolResponse message, String trouble) {
    }

    /**
     * Leaves out answers to which nobody waits, and puts in the names of functions, which the service wants besides the ids.
     *
     * @param entry what the message belongs to
     */
    Wanted wanted(ClientMessage.ToolResponse message, Outbox.Entry entry) {
        List<FunctionResponse> all = message.parameters().functionResponses().orElse(List.of());
        List<String> troubles = new ArrayList<>();
        lock.lock();
        try {
            List<FunctionResponse> wanted = new ArrayList<>();
            for (FunctionResponse response : all) {
                String id = response.id().orElse(null);
                String trouble = id == null ? null : trouble(id, entry);
                if (trouble != null) {
                    troubles.add(trouble);
                } else if (id == null || !cancelled.containsKey(id)) {
                    wanted.add(named(response));
                }
            }
            if (wanted.isEmpty()) {
                return new Wanted(null, troubles.isEmpty() ? null : String.join("; ", troubles));
            }
            troubles.forEach(trouble -> LOG.warn("An answer is not sent: {}", trouble));
            return new Wanted(wanted.equals(all)
                    ? message
                    : new ClientMessage.ToolResponse(
                            LiveSendToolResponseParameters.builder().functionResponses(wanted).build()),
                    null);
        } finally {
            lock.unlock();
        }
    }

    /** The service ends a session that answers a call twice, or one that it has not made: {@code protocol} 4.4. */
    private String trouble(String id, Outbox.Entry entry) {
        if (cancelled.containsKey(id) || open.containsKey(id) || entry.isRepeated()) {
            return null;
        }
        Call call = answered.get(id);
        if (call == null) {
            return mayKnowMore ? null : "the session has no function call with the id " + id;
        }
        return call.answer.refersTo(entry) ? null : "the function call " + id + " has been answered already";
    }

    private FunctionResponse named(FunctionResponse response) {
        if (response.name().filter(name -> !name.isEmpty()).isPresent()) {
            return response;
        }
        return response.id().map(open::get).map(Call::name).map(name -> response.toBuilder().name(name).build())
                .orElse(response);
    }

    /** The answers are being written. */
    void answered(ClientMessage.ToolResponse message, Outbox.Entry entry) {
        lock.lock();
        try {
            for (FunctionResponse response : message.parameters().functionResponses().orElse(List.of())) {
                boolean last = !response.willContinue().orElse(false);
                response.id().ifPresent(id -> answered(id, last, entry));
            }
        } finally {
            lock.unlock();
        }
    }

    private void answered(String id, boolean last, Outbox.Entry entry) {
        Call call = open.get(id);
        if (call == null) {
            return;
        }
        if (last) {
            open.remove(id);
            answered.put(id, new Call(call.name, call.known, true, call.manner, new WeakReference<>(entry)));
        } else {
            open.put(id, new Call(call.name, call.known, true, call.manner, null));
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return open.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
