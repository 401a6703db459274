package dev.camelgenai.live.protocol;

import java.io.ByteArrayOutputStream;

/** A piece of sound or a picture that came in a message. */
public sealed interface MediaData permits Base64Data, DecodedData {

    /** How many bytes it has; may be too many by two. */
    int length();

    /** A new array with every call. */
    byte[] decode();

    /** As {@link #decode()}, but perhaps the same array with every call: for whoever is the only one to have the message. */
    byte[] take();

    void writeTo(ByteArrayOutputStream out);
}
