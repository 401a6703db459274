package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerToolCall;
import com.google.genai.types.LiveServerToolCallCancellation;
import dev.camelgenai.live.protocol.ClientMessage;

/**
 * The function calls of a session that wait for an answer, and those that are cancelled: the service does not take answers
 * to them. Thread-safe.
 */
final class OpenCalls {

    /** Far more than a model makes at a time; the oldest are forgotten beyond it. */
    private static final int MAX_CALLS = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    /** Ids, and whether the handle to resume with is younger than the call. */
    private final Map<String, Boolean> open = bounded();
    private final Map<String, Boolean> cancelled = bounded();
    /** Answered, and younger than the handle: whoever resumes with it knows nothing of them. */
    private final Map<String, Boolean> answeredSince = bounded();

    private static Map<String, Boolean> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > MAX_CALLS;
            }
        };
    }

    void onMessage(LiveServerMessage message) {
        List<FunctionCall> calls = message.toolCall().flatMap(LiveServerToolCall::functionCalls).orElse(List.of());
        List<String> ids = message.toolCallCancellation().flatMap(LiveServerToolCallCancellation::ids).orElse(List.of());
        if (calls.isEmpty() && ids.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            for (FunctionCall call : calls) {
                call.id().ifPresent(id -> {
                    cancelled.remove(id);
                    open.put(id, false);
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
            open.replaceAll((id, known) -> true);
            answeredSince.clear();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection is lost.
     *
     * @param  resumes whether the session goes on from the last handle
     * @return         the calls that are lost with it and count as cancelled now
     */
    List<String> lost(boolean resumes) {
        lock.lock();
        try {
            List<String> lost = new ArrayList<>();
            open.forEach((id, known) -> {
                if (!known || !resumes) {
                    lost.add(id);
                }
            });
            lost.forEach(this::cancel);
            answeredSince.keySet().forEach(this::cancel);
            answeredSince.clear();
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** @return what of the answers may be sent; {@code null} when nobody waits for any of them */
    ClientMessage.ToolResponse wanted(ClientMessage.ToolResponse message) {
        List<FunctionResponse> all = message.parameters().functionResponses().orElse(List.of());
        lock.lock();
        try {
            List<FunctionResponse> wanted = all.stream()
                    .filter(response -> !response.id().map(cancelled::containsKey).orElse(false)).toList();
            if (wanted.size() == all.size()) {
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

    void answered(ClientMessage.ToolResponse message) {
        lock.lock();
        try {
            for (FunctionResponse response : message.parameters().functionResponses().orElse(List.of())) {
                if (!response.willContinue().orElse(false)) {
                    response.id().ifPresent(this::answered);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void answered(String id) {
        if (Boolean.FALSE.equals(open.remove(id))) {
            answeredSince.put(id, true);
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
