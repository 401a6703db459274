package dev.camelgenai.live.session;

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

/**
 * The function calls of a session that wait for an answer, and those that are cancelled: the service does not take answers
 * to them. Thread-safe.
 */
final class OpenCalls {

    /** Far more than a model makes at a time; the oldest are forgotten beyond it. */
    private static final int MAX_CALLS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    /** By id. */
    private final Map<String, Call> open = bounded();
    /** Those that have their answer, which may have to be written again. */
    private final Map<String, Call> answered = bounded();
    private final Map<String, Boolean> cancelled = bounded();

    /**
     * @param name  of the function; {@code null} where the service gave none
     * @param known whether the handle to resume with is younger than the call
     */
    private record Call(String name, boolean known) {
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MAX_CALLS;
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
                    open.put(id, new Call(call.name().orElse(null), false));
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

    /** A handle came that knows of the calls made so far. */
    void onHandle() {
        lock.lock();
        try {
            open.replaceAll((id, call) -> new Call(call.name, true));
            answered.replaceAll((id, call) -> new Call(call.name, true));
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
     * @return what of the answers may be sent, with the names of their functions, which the service wants besides the ids;
     *         {@code null} when nobody waits for any of them
     */
    ClientMessage.ToolResponse wanted(ClientMessage.ToolResponse message) {
        List<FunctionResponse> all = message.parameters().functionResponses().orElse(List.of());
        lock.lock();
        try {
            List<FunctionResponse> wanted = all.stream()
                    .filter(response -> !response.id().map(cancelled::containsKey).orElse(false)).map(this::named).toList();
            if (wanted.equals(all)) {
                return message;
            }
            return wanted.isEmpty()
                    ? null
                    : new ClientMessage.ToolResponse(
                            LiveSendToolResponseParameters.builder().functionResponses(wanted).build());
        } finally {
            lock.unlock();
        }
    }

    private FunctionResponse named(FunctionResponse response) {
        if (response.name().filter(name -> !name.isEmpty()).isPresent()) {
            return response;
        }
        return response.id().map(open::get).map(Call::name).map(name -> response.toBuilder().name(name).build())
                .orElse(response);
    }

    void answered(ClientMessage.ToolResponse message) {
        lock.lock();
        try {
            for (FunctionResponse response : message.parameters().functionResponses().orElse(List.of())) {
                if (!response.willContinue().orElse(false)) {
                    response.id().ifPresent(this::close);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void close(String id) {
        Call call = open.remove(id);
        if (call != null) {
            answered.put(id, call);
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
