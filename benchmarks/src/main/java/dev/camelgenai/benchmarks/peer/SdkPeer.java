package dev.camelgenai.benchmarks.peer;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.Blob;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendRealtimeInputParameters;

/**
 * Google's SDK. Its sends are not awaited one by one: that would be one chunk per round trip through a thread pool.
 * It is told how many sessions there will be, without which the 65th is never opened and never refused.
 */
final class SdkPeer implements Peer {

    private final Client client;

    SdkPeer(Target target, int maxSessions) {
        client = Client.builder().apiKey(Target.API_KEY).httpOptions(HttpOptions.builder().baseUrl(target.https()).build())
                .clientOptions(ClientOptions.builder().maxConnections(maxSessions).maxConnectionsPerHost(maxSessions).build())
                .build();
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        return client.async.live.connect(Target.MODEL, LiveConnectConfig.builder().build()).thenCompose(
                session -> session.receive(message -> ModelSound.forEach(message, onAudio)).thenApply(heard -> of(session)));
    }

    private static PeerSession of(AsyncSession session) {
        return new PeerSession() {
            @Override
            public void send(byte[] pcm, Completion completion) {
                session.sendRealtimeInput(LiveSendRealtimeInputParameters.builder()
                        .audio(Blob.builder().mimeType(Target.AUDIO).data(pcm).build()).build())
                        .whenComplete((sent, failure) -> completion.done(failure));
            }

            @Override
            public CompletionStage<Void> close() {
                return session.close();
            }
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
