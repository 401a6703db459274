package dev.camelgenai.live.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/** Reads the answer to a {@link HttpCall} in place of AsyncHttpClient, which would write its headers to its log. */
final class CallHandler extends DialHandler<CallAttempt> {

    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    /** 0 until the answer has begun. */
    private int status;

    CallHandler(AnnouncedAddresses<CallAttempt> announced, SocketGate socket) {
        super(announced, socket);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpResponse response) {
                begin(response);
            }
            if (status != 0 && message instanceof HttpContent content) {
                add(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            attempt().dial().fail(new IOException("The server's answer is not HTTP", response.decoderResult().cause()));
        } else if (response.status().code() >= HttpResponseStatus.OK.code()) {
            status = response.status().code();
        }
        // else: one of the informational responses that may precede the answer
    }

    private void add(HttpContent content) {
        ByteBuf bytes = content.content();
        int length = Math.min(bytes.readableBytes(), MAX_BODY_BYTES - body.size());
        body.writeBytes(ByteBufUtil.getBytes(bytes, bytes.readerIndex(), length));
        boolean cut = length < bytes.readableBytes();
        if (content.decoderResult().isFailure()) {
            attempt().dial().fail(new IOException("The server's answer is not HTTP", content.decoderResult().cause()));
        } else if (cut && status < HttpResponseStatus.MULTIPLE_CHOICES.code()) {
            attempt().dial().fail(new IOException("The server's answer has more than " + MAX_BODY_BYTES + " bytes"));
        } else if (cut || content instanceof LastHttpContent) {
            attempt().dial().finish(new HttpAnswer(status, body.toByteArray()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        attempt().dial().fail(new IOException("The server closed the connection before it had answered"));
    }
}
