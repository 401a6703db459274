package dev.camelgenai.live.protocol;

import java.io.ByteArrayOutputStream;

/** Bytes that were decoded while they were read. Nobody else has the array before {@link #take()}. */
final class DecodedData implements MediaData {

    private final byte[] bytes;

    DecodedData(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public byte[] decode() {
        return bytes.clone();
    }

    @Override
    public byte[] take() {
        return bytes;
    }

    @Override
    public void writeTo(ByteArrayOutputStream out) {
        out.writeBytes(bytes);
    }

    @Override
    public String toString() {
        return "MediaData[" + bytes.length + " bytes]";
    }
}
