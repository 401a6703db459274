package dev.camelgenai.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import com.google.genai.types.UsageMetadata;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ModelFamily;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.session.LiveTurnStream;
import dev.camelgenai.live.session.OutboxBounds;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.SessionProfile;
import dev.camelgenai.live.session.TurnBounds;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends exchanges to sessions. No thread waits: an exchange goes on, on a worker, when its message was sent or answered. Only a
 * start with {@code sessionStart=onStart} waits, until its session is open. When that session ends, the next exchange opens
 * another one.
 */
public class GenAiLiveProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(GenAiLiveProducer.class);

    private static final int MAX_HEADER_CHARACTERS = 8 * 1024;
    private static final int MIN_CHUNK_MILLIS = 10;
    private static final int MAX_CHUNK_MILLIS = 1_000;

    private final GenAiLiveEndpoint endpoint;
    private LiveSessions sessions;
    private BodyReader bodies;
    private LongMedia.Manner longMedia;
    private ModelFamily family;
    private TurnBounds turnBounds;
    private int streamMaxMessages;
    private SessionAtStart sessionAtStart;

    GenAiLiveProducer(GenAiLiveEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // Camel's caches may stop the endpoint while this producer is still used
        endpoint.getComponent().profiles().join(endpoint);
        GenAiLiveConfiguration options = endpoint.getConfiguration();
        sessions = endpoint.getComponent().sessions();
        turnBounds = OptionValue.checked(() -> new TurnBounds(Duration.ofMillis(options.getTurnTimeout()),
                ByteSize.parse("turnMaxBytes", options.getTurnMaxBytes()).bytes(), options.getMaxWaitingTurns()));
        streamMaxMessages = OptionValue.atLeastOne("streamMaxMessages", options.getStreamMaxMessages());
        // a setup that cannot work is better refused now than with the first exchange
        SessionProfile profile = endpoint.getComponent().profiles().resolve(endpoint.sessionGroup());
        family = ModelFamily.of(profile.model());
        bodies = new BodyReader(options.getAudioMimeType(), switch (options.getTextMode()) {
            case auto -> family.needsRealtimeText(profile.target().service());
            case clientContent -> false;
            case realtime -> true;
        });
        OutboxBounds outbox = profile.outbox();
        longMedia = new LongMedia.Manner(MediaType.parse(options.getAudioMimeType()),
                OptionValue.within("chunkMillis", options.getChunkMillis(), MIN_CHUNK_MILLIS, MAX_CHUNK_MILLIS),
                options.getPace(), outbox.maxBytes(), outbox.maxWaiting());
        if (options.getSessionStart() == GenAiLiveSessionStart.onStart) {
            sessionAtStart = new SessionAtStart(endpoint);
            sessionAtStart.open();
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (sessionAtStart != null) {
            sessionAtStart.release();
        }
        endpoint.getComponent().profiles().leave(endpoint);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        DynamicSend send = DynamicSend.of(exchange, endpoint);
        return process(exchange, send == null ? null : send.sessionKey(), callback);
    }

    /**
     * @param keyOfUri the session key that the route worked out for this exchange, {@code null} for none
     */
    boolean process(Exchange exchange, String keyOfUri, AsyncCallback callback) {
        try {
            Message in = exchange.getMessage();
            GenAiLiveOperation operation = operation(in);
            if (operation == GenAiLiveOperation.createToken) {
                createToken(exchange, callback);
                return false;
            }
            SessionAddress address = new SessionAddress(endpoint.sessionGroup(),
                    keyOfUri != null ? keyOfUri : sessionKey(in));
            switch (operation) {
                case openSession -> await(sessions.open(address), exchange, callback);
                case closeSession -> await(sessions.close(address), exchange, callback);
                case releaseSession -> await(sessions.closeResumable(address), exchange, callback);
                case updateContext -> {
                    refuseUpdateOfOtherFamilies();
                    send(operation, address, exchange, callback);
                }
                default -> send(operation, address, exchange, callback);
            }
            return false;
        } catch (RuntimeException e) {
            // nothing was accepted, so no callback is coming
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private void refuseUpdateOfOtherFamilies() {
        if (!family.updatesContext()) {
            throw new LiveInputException("The model " + endpoint.getModel() + " belongs to the family " + family
                    + ", which takes no context updates (operation=updateContext). Use gemini-3.8-live, or close the session and"
                    + " open one of another session group that has another setup.", false);
        }
    }

    private void send(GenAiLiveOperation operation, SessionAddress address, Exchange exchange, AsyncCallback callback) {
        Message in = exchange.getMessage();
        // once, because every piece of audio comes by here
        MediaType declared = operation == GenAiLiveOperation.sendRealtimeInput ? MediaBody.declared(in) : null;
        Optional<MediaBody> stream = bodies.stream(operation, in.getBody(), declared);
        if (stream.isPresent()) {
            stream(stream.get(), address, exchange, callback);
        } else {
            send(bodies.read(operation, in, declared), address, exchange, callback);
        }
    }

    /** The last messages of a stream go the way of all messages. */
    private void stream(MediaBody body, SessionAddress address, Exchange exchange, AsyncCallback callback) {
        boolean answered = switch (endpoint.getConfiguration().getResponse()) {
            case none, auto -> false;
            case turn, stream -> true;
        };
        if (answered) {
            refuseToWaitForItself(exchange, address);
        }
        endpoint.getComponent().longMedia().send(address, body, longMedia, answered, new LongMedia.Recipient() {
            @Override
            public void last(List<ClientMessage> messages, Runnable done) {
                send(messages, address, exchange, doneSync -> {
                    done.run();
                    callback.done(doneSync);
                });
            }

            @Override
            public void failed(GenAiLiveException failure) {
                goOn(exchange, callback, failure, () -> {
                });
            }
        });
    }

    private void send(List<ClientMessage> messages, SessionAddress address, Exchange exchange, AsyncCallback callback) {
        if (!awaitsTurn(messages, exchange)) {
            sessions.send(address, messages, (outcome, failure) -> goOn(exchange, callback, failure, () -> {
            }));
            return;
        }
        refuseToWaitForItself(exchange, address);
        if (endpoint.getConfiguration().getResponse() == GenAiLiveResponse.stream) {
            sessions.stream(address, messages, turnBounds, streamMaxMessages,
                    (stream, failure) -> goOn(exchange, callback, failure, () -> answer(exchange, address, stream)));
        } else {
            sessions.ask(address, messages, turnBounds, (turn, failure) -> goOn(exchange, callback, failure,
                    () -> answer(exchange, address, turn)));
        }
    }

    /** The session would not go on until the exchange is done, and the exchange not be done until the session has gone on. */
    private static void refuseToWaitForItself(Exchange exchange, SessionAddress address) {
        if (OpenDelivery.isOpen(exchange, address)) {
            throw new LiveInputException(
                    "The route handles a message or a call of the live session " + address.key() + " of group "
                            + address.group()
                            + " and would await a turn of the same session, which waits for the route. Do not await"
                            + " the turn (response=none; the consumer receives it), or go on in another route by way of seda:.",
                    false);
        }
    }

    /** Belongs to no session, so that the key is of no interest. */
    private void createToken(Exchange exchange, AsyncCallback callback) {
        Message in = exchange.getMessage();
        SessionProfile profile = endpoint.getComponent().profiles().resolve(endpoint.sessionGroup());
        await(endpoint.getComponent().tokens().create(profile, TokenBodies.read(in)), exchange, callback, in::setBody);
    }

    private void await(CompletionStage<?> stage, Exchange exchange, AsyncCallback callback) {
        await(stage, exchange, callback, result -> {
        });
    }

    private <T> void await(CompletionStage<T> stage, Exchange exchange, AsyncCallback callback, Consumer<T> onSuccess) {
        stage.whenComplete((result, failure) -> goOn(exchange, callback,
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure,
                () -> onSuccess.accept(result)));
    }

    /** Continues the exchange on a worker: the calling thread may be an event loop, which must not run routes. */
    private void goOn(Exchange exchange, AsyncCallback callback, Throwable failure, Runnable onSuccess) {
        Runnable rest = () -> {
            try {
                if (failure != null) {
                    exchange.setException(failure);
                } else {
                    onSuccess.run();
                }
            } catch (RuntimeException e) {
                exchange.setException(e);
            }
            callback.done(false);
        };
        try {
            endpoint.getComponent().workers().execute(rest);
        } catch (RejectedExecutionException e) {
            // only when the component has been shut down; an exchange must end even then
            LOG.debug("No worker to continue exchange {}: shutting down", exchange.getExchangeId(), e);
            rest.run();
        }
    }

    private GenAiLiveOperation operation(Message in) {
        Object header = steered() ? in.getHeader(GenAiLiveConstants.OPERATION) : null;
        if (header instanceof GenAiLiveOperation operation) {
            return operation;
        }
        if (header != null) {
            try {
                return GenAiLiveOperation.valueOf(header.toString());
            } catch (IllegalArgumentException e) {
                throw new LiveInputException("The header " + GenAiLiveConstants.OPERATION + " must be one of "
                        + List.of(GenAiLiveOperation.values()) + ", but is " + header, false, e);
            }
        }
        GenAiLiveOperation option = endpoint.getConfiguration().getOperation();
        return option != null ? option : bodies.infer(in);
    }

    private boolean steered() {
        return endpoint.getConfiguration().isSteeringHeaders();
    }

    /** Never falls back when a key was meant to be there: strangers must not meet in one session by accident. */
    private String sessionKey(Message in) {
        Object header = steered() ? in.getHeader(GenAiLiveConstants.SESSION_KEY) : null;
        if (header != null || (steered() && in.getHeaders().containsKey(GenAiLiveConstants.SESSION_KEY))) {
            String key = header instanceof byte[] bytes
                    ? new String(bytes, StandardCharsets.UTF_8)
                    : endpoint.getCamelContext().getTypeConverter().convertTo(String.class, in.getExchange(), header);
            if (key == null || key.isBlank()) {
                throw new LiveInputException("The header " + GenAiLiveConstants.SESSION_KEY + " is present but "
                        + (key == null ? "null" : "blank") + ". Set it to the conversation that the exchange belongs to, or"
                        + " remove the header to use the option sessionKey.", false);
            }
            return key;
        }
        return endpoint.defaultSessionKey();
    }

    private boolean awaitsTurn(List<ClientMessage> messages, Exchange exchange) {
        GenAiLiveResponse response = endpoint.getConfiguration().getResponse();
        // asked first, because every piece of audio comes by here
        if (response == GenAiLiveResponse.none || (response == GenAiLiveResponse.auto && !exchange.getPattern().isOutCapable())
                || messages.stream().allMatch(ClientMessage.ContextUpdate.class::isInstance)) {
            return false;
        }
        boolean answered = messages.stream().anyMatch(GenAiLiveProducer::isAnswered);
        return switch (response) {
            case none -> false;
            case auto -> answered;
            case turn, stream -> {
                if (!answered && messages.stream().anyMatch(ClientMessage.ClientContent.class::isInstance)) {
                    throw new LiveInputException(
                            "The input does not complete the user's turn (turnComplete is not true), so the"
                                    + " model will not answer it: set turnComplete, or do not await a turn (response=none).",
                            false);
                }
                yield true;
            }
        };
    }

    private static boolean isAnswered(ClientMessage message) {
        if (message instanceof ClientMessage.ClientContent content) {
            return content.parameters().turnComplete().orElse(false);
        }
        if (message instanceof ClientMessage.RealtimeInput input) {
            return input.parameters().text().isPresent();
        }
        return true;
    }

    private static void answer(Exchange exchange, SessionAddress address, LiveTurnStream stream) {
        Message out = exchange.getMessage();
        out.setBody(stream);
        out.setHeader(GenAiLiveConstants.SESSION_KEY, address.key());
        exchange.getExchangeExtension().addOnCompletion(new StreamCompletion(stream));
    }

    private static void answer(Exchange exchange, SessionAddress address, LiveTurn turn) {
        Message out = exchange.getMessage();
        out.setBody(turn);
        out.setHeader(GenAiLiveConstants.SESSION_KEY, address.key());
        out.setHeader(GenAiLiveConstants.TURN_ID, turn.id());
        out.setHeader(GenAiLiveConstants.TURN_COMPLETE, true);
        out.setHeader(GenAiLiveConstants.INTERRUPTED, turn.interrupted());
        turn.audioMimeType().ifPresent(format -> out.setHeader(GenAiLiveConstants.MIME_TYPE, format));
        setTranscript(out, GenAiLiveConstants.INPUT_TRANSCRIPT, turn.inputTranscript());
        setTranscript(out, GenAiLiveConstants.OUTPUT_TRANSCRIPT, turn.outputTranscript());
        turn.usage().ifPresent(usage -> setTokens(out, usage));
    }

    private static void setTranscript(Message out, String header, String transcript) {
        if (!transcript.isEmpty()) {
            out.setHeader(header, transcript.substring(0, Math.min(transcript.length(), MAX_HEADER_CHARACTERS)));
        }
    }

    static void setTokens(Message message, UsageMetadata usage) {
        usage.totalTokenCount().ifPresent(tokens -> message.setHeader(GenAiLiveConstants.TOTAL_TOKENS, tokens));
        usage.promptTokenCount().ifPresent(tokens -> message.setHeader(GenAiLiveConstants.INPUT_TOKENS, tokens));
        usage.responseTokenCount().ifPresent(tokens -> message.setHeader(GenAiLiveConstants.OUTPUT_TOKENS, tokens));
    }
}
