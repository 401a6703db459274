package dev.camelgenai.live.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Text frames of a client in one buffer (RFC 6455, 5.2 and 5.3). Netty's encoder makes a buffer of each frame, which then goes through
 * the pipeline by itself: with many small frames that is more work than their encryption.
 */
final class MaskedFrames {

    private static final int FINAL_TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTES_OF_LENGTH = 126;
    private static final int EIGHT_BYTES_OF_LENGTH = 127;
    private static final int MAX_SHORT = 0xffff;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    /** A multiple of eight, and so of the mask. */
    private static final int SCRATCH_BYTES = 8 * 1024;
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH_BYTES];
        }
    };

    private MaskedFrames() {
    }

    /**
     * A frame for each message.
     *
     * @param messages they stay as they are, and the caller's
     */
    static ByteBuf of(List<ByteBuf> messages, ByteBufAllocator allocator) {
        int bytes = 0;
        for (ByteBuf message : messages) {
            bytes += header(message.readableBytes()) + message.readableBytes();
        }
        ByteBuf out = allocator.directBuffer(bytes);
        for (ByteBuf message : messages) {
            write(message, out);
        }
        return out;
    }

    /** First byte, length and mask. */
    private static int header(int length) {
        int lengthBytes = length < TWO_BYTES_OF_LENGTH ? 1 : length <= MAX_SHORT ? 3 : 9;
        return 1 + lengthBytes + Integer.BYTES;
    }

    private static void write(ByteBuf message, ByteBuf out) {
        int length = message.readableBytes();
        int mask = ThreadLocalRandom.current().nextInt();
        out.writeByte(FINAL_TEXT);
        if (length < TWO_BYTES_OF_LENGTH) {
            out.writeByte(MASKED | length);
        } else if (length <= MAX_SHORT) {
            out.writeByte(MASKED | TWO_BYTES_OF_LENGTH).writeShort(length);
        } else {
            out.writeByte(MASKED | EIGHT_BYTES_OF_LENGTH).writeLong(length);
        }
        out.writeInt(mask);
        byte[] scratch = SCRATCH.get();
        int end = message.writerIndex();
        for (int from = message.readerIndex(); from < end; from += SCRATCH_BYTES) {
            int piece = Math.min(SCRATCH_BYTES, end - from);
            message.getBytes(from, scratch, 0, piece);
            mask(scratch, piece, mask);
            out.writeBytes(scratch, 0, piece);
        }
    }

    /**
     * Eight bytes at a time; what lies behind the end is of no interest.
     *
     * @param mask as it is in the header, whose bytes are in network order
     */
    private static void mask(byte[] bytes, int length, int mask) {
        int asStored = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? mask : Integer.reverseBytes(mask);
        long twice = (long) asStored << Integer.SIZE | asStored & 0xffffffffL;
        for (int at = 0; at < length; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
        }
    }
}
