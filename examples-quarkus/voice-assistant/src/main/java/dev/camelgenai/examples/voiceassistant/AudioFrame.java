package dev.camelgenai.examples.voiceassistant;

import io.vertx.core.buffer.Buffer;

/**
 * Speech of the model as it goes to a page, in one binary message: 8 bytes of header and the sound.
 *
 * <pre>
 * byte 0     1, the kind of message
 * byte 1-3   0
 * byte 4-7   generation, unsigned, little-endian: what is interrupted or complete together
 * byte 8-    PCM, 16 bits, signed, little-endian, mono, 24 kHz
 * </pre>
 *
 * What a page sends has no header: each binary message is PCM, 16 bits, signed, little-endian, mono, 16 kHz.
 */
final class AudioFrame {

    static final int HEADER_BYTES = 8;
    static final byte KIND = 1;

    private static final int GENERATION = 4;

    private AudioFrame() {
    }

    static Buffer of(long generation, byte[] pcm) {
        return Buffer.buffer(new byte[HEADER_BYTES]).setByte(0, KIND).setUnsignedIntLE(GENERATION, generation)
                .appendBytes(pcm);
    }
}
