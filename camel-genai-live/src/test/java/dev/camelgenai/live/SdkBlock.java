package dev.camelgenai.live;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.AudioTranscriptionConfig;
import com.google.genai.types.Content;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.Part;

/** What a block of docs/coming-from-the-sdk.adoc with Google's calls finds around it. */
public abstract class SdkBlock {

    protected Client client;
    protected AsyncSession session;
    protected LiveConnectConfig config = LiveConnectConfig.builder()
            .outputAudioTranscription(AudioTranscriptionConfig.builder()).build();
    protected LiveSendClientContentParameters question = LiveSendClientContentParameters.builder()
            .turns(Content.fromParts(Part.fromText("Anybody there?"))).turnComplete(true).build();
    protected String callId = "c1";
    protected List<String> lines = List.of();
    protected List<byte[]> chunks = List.of();
    protected InputStream microphone = InputStream.nullInputStream();

    private final Queue<String> shown = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream played = new ByteArrayOutputStream();

    /** The block. */
    protected abstract void run() throws Exception;

    protected final void show(String text) {
        shown.add(text);
    }

    protected final void play(byte[] pcm) {
        played.writeBytes(pcm);
    }

    protected final Map<String, Object> getWeather(String location) {
        return Map.of("output", "22 degrees in " + location);
    }

    List<String> shown() {
        return List.copyOf(shown);
    }

    int playedBytes() {
        return played.size();
    }
}
