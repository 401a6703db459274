package dev.camelgenai.benchmarks.micro;

import java.util.Base64;
import java.util.concurrent.TimeUnit;

import com.google.genai.types.Blob;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ClientMessageEncoder;
import dev.camelgenai.live.protocol.LiveService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** 20 ms of audio on their way to the wire: 640 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EncodeChunk {

    private static final int CHUNK = 640;

    private final ClientMessageEncoder encoder = new ClientMessageEncoder(LiveService.DEVELOPER_API);
    private LiveSendRealtimeInputParameters parameters;
    private ClientMessage message;
    private byte[] pcm;
    private byte[] encoded;
    private ByteBuf out;

    @Setup
    public void prepare() {
        pcm = Sound.of(CHUNK);
        encoded = new byte[(CHUNK + 2) / 3 * 4];
        parameters = LiveSendRealtimeInputParameters.builder()
                .audio(Blob.builder().mimeType("audio/pcm;rate=16000").data(pcm).build()).build();
        message = new ClientMessage.RealtimeInput(parameters);
        out = PooledByteBufAllocator.DEFAULT.directBuffer(2 * CHUNK);
    }

    @TearDown
    public void release() {
        out.release();
    }

    /** What the component does. */
    @Benchmark
    public int component() {
        out.clear();
        encoder.encode(message, out);
        return out.writerIndex();
    }

    /** What Google's SDK does to the parameters, without the tree that it makes of them before. */
    @Benchmark
    public String sdk() {
        return parameters.toJson();
    }

    /** The floor: base64 alone. */
    @Benchmark
    public int base64() {
        return Base64.getEncoder().encode(pcm, encoded);
    }
}
