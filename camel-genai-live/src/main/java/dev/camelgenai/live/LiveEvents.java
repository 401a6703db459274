package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.MediaData;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.ReceivedMessage;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * The events in a message of the service, for a splitter: {@code split(method(LiveEvents.class, "of"))}. A consumer with
 * {@code deliver=event} makes the same of its messages by itself.
 *
 * <table>
 * <caption>Bodies</caption>
 * <tr><td>text, thought, inputTranscript, outputTranscript</td><td>String, a fragment</td></tr>
 * <tr><td>turnTranscript</td><td>String, all that one side said in a turn; header {@code CamelGenAiLiveRole}</td></tr>
 * <tr><td>audio, video</td><td>byte[]; header {@code CamelGenAiLiveMimeType}</td></tr>
 * <tr><td>toolCall</td><td>FunctionCall; headers {@code CamelGenAiLiveToolCallId} and {@code CamelGenAiLiveToolName}</td></tr>
 * <tr><td>toolCallCancellation</td><td>String, the id; header {@code CamelGenAiLiveToolCallId}</td></tr>
 * <tr><td>usage</td><td>UsageMetadata; headers with the tokens</td></tr>
 * <tr><td>turnComplete</td><td>String, the reason, where the service gives one</td></tr>
 * <tr><td>goAway</td><td>Duration; header {@code CamelGenAiLiveTimeLeft}</td></tr>
 * <tr><td>setupComplete, grounding, voiceActivity, resumptionUpdate</td><td>Google's type</td></tr>
 * <tr><td>interrupted, generationComplete</td><td>none</td></tr>
 * </table>
 */
public final class LiveEvents {

    /** What the consumer tells of a message as a whole; an event has its own. */
    private static final List<String> OF_THE_MESSAGE = List.of(GenAiLiveConstants.TURN_COMPLETE,
            GenAiLiveConstants.GENERATION_COMPLETE, GenAiLiveConstants.INTERRUPTED, GenAiLiveConstants.TOTAL_TOKENS,
            GenAiLiveConstants.INPUT_TOKENS, GenAiLiveConstants.OUTPUT_TOKENS);

    private LiveEvents() {
    }

    /**
     * One message per event, in order. Each carries the headers of the exchange and the event's own.
     *
     * @param  exchange           whose body is a {@code LiveServerMessage}, of a consumer of this component or from elsewhere;
     *                            only the former know of {@code turnTranscript}
     * @throws LiveInputException when the body is something else
     */
    public static List<Message> of(Exchange exchange) {
        LiveServerMessage body = exchange.getMessage().getBody(LiveServerMessage.class);
        if (body == null) {
            Object found = exchange.getMessage().getBody();
            throw new LiveInputException("LiveEvents.of takes the exchange of a genai-live consumer with deliver=message, whose"
                    + " body is a LiveServerMessage; here it is "
                    + (found == null ? "empty" : "of type " + found.getClass().getName()) + ".", false);
        }
        ReceivedMessage received = OpenDelivery.received(exchange);
        boolean known = received != null && received.message().message() == body;
        List<ServerEvent> events = known ? events(received) : ServerMessage.of(body).events();
        List<Message> messages = new ArrayList<>(events.size());
        for (ServerEvent event : events) {
            Message message = new DefaultMessage(exchange);
            message.getHeaders().putAll(exchange.getMessage().getHeaders());
            OF_THE_MESSAGE.forEach(message::removeHeader);
            fill(message, event, true);
            messages.add(message);
        }
        return messages;
    }

    /** The events of a message, and the transcripts that are whole with it. */
    static List<ServerEvent> events(ReceivedMessage received) {
        if (received.transcripts().isEmpty()) {
            return received.message().events();
        }
        List<ServerEvent> all = new ArrayList<>(received.message().events());
        all.addAll(received.transcripts());
        return all;
    }

    /**
     * Body and headers.
     *
     * @param shared whether others have the event too
     */
    static void fill(Message message, ServerEvent event, boolean shared) {
        message.setHeader(GenAiLiveConstants.EVENT, event.kind().name());
        message.setBody(body(event, shared));
        if (event instanceof ServerEvent.Audio audio) {
            message.setHeader(GenAiLiveConstants.MIME_TYPE, audio.mimeType());
        } else if (event instanceof ServerEvent.Video video) {
            message.setHeader(GenAiLiveConstants.MIME_TYPE, video.mimeType());
        } else if (event instanceof ServerEvent.ToolCall tool) {
            tool.call().id().ifPresent(id -> message.setHeader(GenAiLiveConstants.TOOL_CALL_ID, id));
            tool.call().name().ifPresent(name -> message.setHeader(GenAiLiveConstants.TOOL_NAME, name));
        } else if (event instanceof ServerEvent.ToolCallCancellation cancellation) {
            message.setHeader(GenAiLiveConstants.TOOL_CALL_ID, cancellation.id());
        } else if (event instanceof ServerEvent.TurnTranscript transcript) {
            message.setHeader(GenAiLiveConstants.ROLE, transcript.role());
            message.setHeader(GenAiLiveConstants.TURN_ID, transcript.turnId());
        } else if (event instanceof ServerEvent.Usage usage) {
            GenAiLiveProducer.setTokens(message, usage.content());
        } else if (event instanceof ServerEvent.GoAway goAway) {
            message.setHeader(GenAiLiveConstants.TIME_LEFT, goAway.timeLeft().toMillis());
        } else if (event instanceof ServerEvent.TurnComplete) {
            message.setHeader(GenAiLiveConstants.TURN_COMPLETE, true);
        } else if (event instanceof ServerEvent.GenerationComplete) {
            message.setHeader(GenAiLiveConstants.GENERATION_COMPLETE, true);
        } else if (event instanceof ServerEvent.Interrupted) {
            message.setHeader(GenAiLiveConstants.INTERRUPTED, true);
        }
    }

    private static Object body(ServerEvent event, boolean shared) {
        return switch (event.kind()) {
            case setupComplete -> ((ServerEvent.SetupComplete) event).content();
            case goAway -> ((ServerEvent.GoAway) event).timeLeft();
            case resumptionUpdate -> ((ServerEvent.ResumptionUpdate) event).content();
            case toolCallCancellation -> ((ServerEvent.ToolCallCancellation) event).id();
            case voiceActivity -> ((ServerEvent.VoiceHeard) event).content();
            case inputTranscript -> ((ServerEvent.InputTranscript) event).text();
            case thought -> ((ServerEvent.Thought) event).text();
            case text -> ((ServerEvent.Text) event).text();
            case audio -> bytes(((ServerEvent.Audio) event).data(), shared);
            case video -> bytes(((ServerEvent.Video) event).data(), shared);
            case outputTranscript -> ((ServerEvent.OutputTranscript) event).text();
            case grounding -> ((ServerEvent.Grounding) event).content();
            case toolCall -> ((ServerEvent.ToolCall) event).call();
            case usage -> ((ServerEvent.Usage) event).content();
            case turnTranscript -> ((ServerEvent.TurnTranscript) event).text();
            case turnComplete -> reason((ServerEvent.TurnComplete) event);
            case interrupted, generationComplete -> null;
        };
    }

    private static byte[] bytes(MediaData data, boolean shared) {
        return shared ? data.decode() : data.take();
    }

    private static String reason(ServerEvent.TurnComplete end) {
        return end.reason() == null ? null : end.reason().toString();
    }
}
