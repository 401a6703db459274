package dev.camelgenai.live.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Gathers an HTTP response that came in place of the upgrade or of the tunnel. Event loop only. */
final class Refusal {

    /** A server that trickles its error text is not waited for longer than this. */
    static final long BODY_WAIT_MILLIS = 2_000;

    private static final int MAX_BODY_BYTES = 8 * 1024;

    private final int status;
    private final boolean byProxy;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Refusal(int status, boolean byProxy) {
        this.status = status;
        this.byProxy = byProxy;
    }

    /**
     * @return whether nothing more is needed
     */
    boolean add(HttpContent content) {
        ByteBuf bytes = content.content();
        int length = Math.min(bytes.readableBytes(), MAX_BODY_BYTES - body.size());
        body.writeBytes(ByteBufUtil.getBytes(bytes, bytes.readerIndex(), length));
        return content instanceof LastHttpContent || body.size() == MAX_BODY_BYTES;
    }

    LiveUpgradeRefusedException toException() {
        return new LiveUpgradeRefusedException(status, body.toString(StandardCharsets.UTF_8), byProxy);
    }
}
