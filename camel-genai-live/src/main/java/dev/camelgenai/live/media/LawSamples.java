package dev.camelgenai.live.media;

import java.io.IOException;
import java.io.InputStream;

import dev.camelgenai.live.media.MediaType.Kind;

/** The samples of a stream of G.711 without a header. */
final class LawSamples implements Samples {

    private final InputStream code;
    private final short[] table;
    private final byte[] bytes = new byte[2_048];

    LawSamples(InputStream code, Kind law) {
        this.code = code;
        this.table = G711.table(law);
    }

    @Override
    public int read(float[] into) throws IOException {
        int read = code.readNBytes(bytes, 0, Math.min(bytes.length, into.length));
        for (int i = 0; i < read; i++) {
            into[i] = table[bytes[i] & 0xFF] / 32_768f;
        }
        return read == 0 ? -1 : read;
    }
}
