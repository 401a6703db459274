package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.camelgenai.live.error.LiveAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LiveCredentialsTest {

    private static final Executor HERE = Runnable::run;

    @Test
    void putsTheSecretIntoTheHeaderAndNowhereElse() {
        LiveCredentials key = LiveCredentials.apiKey("AIza-s3cret");
        LiveCredentials token = LiveCredentials.apiKey("auth_tokens/s3cret");
        LiveCredentials oauth = LiveCredentials.google(new Expiring("s3cret"));

        assertThat(headers(key)).containsExactly(Map.entry("x-goog-api-key", "AIza-s3cret"));
        assertThat(headers(token)).containsExactly(Map.entry("Authorization", "Token auth_tokens/s3cret"));
        assertThat(headers(oauth)).containsExactly(Map.entry("Authorization", "Bearer s3cret-1"));
        assertThat(headers(LiveCredentials.none())).isEmpty();
        assertThat(key + " " + token + " " + oauth + " " + LiveTarget.builder().apiKey("AIza-s3cret").build(name -> null))
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "  ", "AIza\n", "AIza-s3cret\r\nx-evil: 1", "AIza s3cret", "\u0000s3cret", "s3cret\u00e4" })
    void refusesWhatCannotBeAKeyWithoutRepeatingIt(String key) {
        assertThatThrownBy(() -> LiveCredentials.apiKey(key)).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("apiKey").hasMessageNotContaining("s3cret");
    }

    @Test
    void refreshesAnExpiredTokenAtEveryConnect() {
        // given
        LiveCredentials oauth = LiveCredentials.google(new Expiring("token"));

        // when
        Map<String, String> first = headers(oauth);
        Map<String, String> second = headers(oauth);

        // then
        assertThat(first).containsEntry("Authorization", "Bearer token-1");
        assertThat(second).containsEntry("Authorization", "Bearer token-2");
    }

    @Test
    void blocksOnTheGivenExecutorOnly() {
        // given
        Queue<Runnable> tasks = new ArrayDeque<>();
        LiveCredentials oauth = LiveCredentials.google(new Expiring("token"));

        // when
        CompletableFuture<Map<String, String>> headers = oauth.headers(tasks::add).toCompletableFuture();

        // then
        assertThat(headers).isNotDone();
        tasks.remove().run();
        assertThat(headers).isCompletedWithValueMatching(map -> map.containsKey("Authorization"));
    }

    @Test
    void asksForTheCloudPlatformScopeWhenTheCredentialsNeedOne() {
        Unscoped unscoped = new Unscoped();

        assertThat(headers(LiveCredentials.google(unscoped))).containsEntry("Authorization",
                "Bearer [https://www.googleapis.com/auth/cloud-platform]-1");
    }

    @Test
    void saysHowToLogInWhenTheTokenCannotBeRefreshed() {
        LiveCredentials oauth = LiveCredentials.google(new GoogleCredentials() {

            private static final long serialVersionUID = 1L;

            @Override
            public AccessToken refreshAccessToken() throws IOException {
                throw new IOException("invalid_grant");
            }
        });

        assertThat(failure(oauth.headers(HERE))).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("gcloud auth application-default login").hasMessageContaining("credentials")
                .hasRootCauseMessage("invalid_grant")
                .matches(e -> !((LiveAuthenticationException) e).isRetriable());
    }

    @Test
    void saysSoWhenAFixedTokenHasExpired() {
        LiveCredentials oauth = LiveCredentials
                .google(GoogleCredentials.create(new AccessToken("s3cret", Date.from(Instant.now().minusSeconds(1)))));

        assertThat(failure(oauth.headers(HERE))).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("could not be refreshed").hasMessageNotContaining("s3cret");
    }

    @Test
    void failsTheStageWhenNoThreadIsLeft() {
        LiveCredentials oauth = LiveCredentials.google(new Expiring("token"));

        CompletionStage<Map<String, String>> headers = oauth.headers(task -> {
            throw new RejectedExecutionException("full");
        });

        assertThat(failure(headers)).isInstanceOf(LiveAuthenticationException.class)
                .matches(e -> ((LiveAuthenticationException) e).isRetriable());
    }

    /** What a caller's {@code whenComplete} is told. */
    private static Throwable failure(CompletionStage<?> stage) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        stage.whenComplete((value, e) -> failure.set(e));
        return failure.get();
    }

    private static Map<String, String> headers(LiveCredentials credentials) {
        return credentials.headers(HERE).toCompletableFuture().join();
    }

    /** Tokens that are expired as soon as they are made. */
    private static class Expiring extends GoogleCredentials {

        private static final long serialVersionUID = 1L;
        private final String name;
        private int count;

        Expiring(String name) {
            this.name = name;
        }

        @Override
        public AccessToken refreshAccessToken() {
            return new AccessToken(name + "-" + ++count, Date.from(Instant.now().minusSeconds(1)));
        }
    }

    private static final class Unscoped extends Expiring {

        private static final long serialVersionUID = 1L;

        Unscoped() {
            super("unscoped");
        }

        @Override
        public boolean createScopedRequired() {
            return true;
        }

        @Override
        public GoogleCredentials createScoped(Collection<String> scopes) {
            return new Expiring(scopes.toString());
        }
    }
}
