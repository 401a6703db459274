package dev.camelgenai.live.session;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import com.google.genai.types.AuthToken;
import com.google.genai.types.CreateAuthTokenConfig;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.AuthTokenCodec;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.transport.HttpAnswer;
import dev.camelgenai.live.transport.HttpCall;
import dev.camelgenai.live.transport.HttpCaller;
import dev.camelgenai.live.transport.LiveConnector;

/**
 * Mints ephemeral tokens of the Gemini Developer API, for clients that must not know the API key. A token is a secret: it is in
 * no log and in no exception. Safe for use by many threads at once; nothing here blocks.
 */
public final class AuthTokens {

    private static final int OK = 200;

    private final LiveConnector connector;
    private final Executor connects;

    /**
     * @param connector must be an {@link HttpCaller} as well if a token is ever to be minted
     * @param connects  runs what blocks: a name look-up
     */
    public AuthTokens(LiveConnector connector, Executor connects) {
        this.connector = connector;
        this.connects = connects;
    }

    /**
     * Mints a token.
     *
     * @param  profile            its key mints the token; its model and setup are what the token is bound to
     * @param  wanted             what else is wanted; its own constraints, even empty ones, take the place of model and setup
     * @return                    fails with the {@link GenAiLiveException} that says why there is no token
     * @throws GenAiLiveException when that cannot work with this profile: Vertex AI, no API key, a field that is not supported
     */
    public CompletionStage<AuthToken> create(SessionProfile profile, CreateAuthTokenConfig wanted) {
        if (!(connector instanceof HttpCaller caller)) {
            throw new LiveInputException("The option connector is a bean of " + connector.getClass().getName()
                    + ", which cannot mint tokens (operation=createToken): let it implement " + HttpCaller.class.getName()
                    + " as well", false);
        }
        LiveTarget target = profile.target();
        URI uri = target.endpoint().tokenUri(target.credentials());
        AuthTokenCodec codec = new AuthTokenCodec(target.endpoint());
        byte[] request = codec.encode(wanted, profile.model(), profile.config());
        FailureClassifier classifier = new FailureClassifier(uri, profile.model().value());
        return target.credentials().headers(connects).thenComposeAsync(credentials -> {
            Redaction redaction = Redaction.of(profile, credentials);
            Map<String, String> secrets = new LinkedHashMap<>(profile.headers());
            secrets.putAll(credentials);
            return caller.call(new HttpCall(uri, Map.of("Content-Type", "application/json"), secrets, request,
                    profile.connectTimeout(), profile.sslContext(), profile.proxy()))
                    .handle((answer, failure) -> {
                        if (failure != null) {
                            return CompletableFuture.<AuthToken>failedStage(
                                    classifier.notConnected(failure, redaction).ending().failure());
                        }
                        return token(answer, codec, classifier, redaction);
                    }).thenCompose(stage -> stage);
        }, connects);
    }

    private static CompletionStage<AuthToken> token(HttpAnswer answer, AuthTokenCodec codec, FailureClassifier classifier,
            Redaction redaction) {
        try {
            if (answer.status() != OK) {
                throw classifier.noToken(answer.status(), new String(answer.body(), StandardCharsets.UTF_8), redaction);
            }
            return CompletableFuture.completedStage(codec.decode(answer.body()));
        } catch (GenAiLiveException e) {
            return CompletableFuture.failedStage(e);
        }
    }
}
