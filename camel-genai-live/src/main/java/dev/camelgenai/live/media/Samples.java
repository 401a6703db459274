package dev.camelgenai.live.media;

import java.io.IOException;

/** Sound as a stream of mono samples from -1 to 1. */
interface Samples {

    /**
     * Reads some samples.
     *
     * @return how many were put at the begin of the array, at least one; -1 at the end
     */
    int read(float[] into) throws IOException;
}
