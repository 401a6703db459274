package dev.camelgenai.benchmarks.micro;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.benchmarks.ChunkMark;
import dev.camelgenai.benchmarks.server.AudioMessage;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 40 ms of audio as they come from the wire: 1,920 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecodeAudio {

    private static final int AUDIO = 1_920;

    private final ServerMessageDecoder decoder = new ServerMessageDecoder();
    private byte[] json;
    private byte[] base64;

    @Setup
    public void prepare() {
        json = new AudioMessage(AUDIO).bytes(new ChunkMark(1, 2, 3));
        base64 = Base64.getEncoder().encode(Sound.of(AUDIO));
    }

    /** What the component does for {@code deliver=event}: the events are found, and their audio is decoded. */
    @Benchmark
    public byte[] componentToEvents() {
        ServerMessage message = decoder.read(json);
        return ((ServerEvent.Audio) message.events().get(0)).data().decode();
    }

    /** What the component does for {@code deliver=message}: as above for its own purposes, and then Google's type. */
    @Benchmark
    public LiveServerMessage componentToMessage() {
        return decoder.read(json).message();
    }

    /** What Google's SDK does, the text included that it makes of a binary frame. */
    @Benchmark
    public LiveServerMessage sdk() {
        return LiveServerMessage.fromJson(new String(json, StandardCharsets.UTF_8));
    }

    /** The floor: base64 alone. */
    @Benchmark
    public byte[] base64() {
        return Base64.getDecoder().decode(base64);
    }
}
