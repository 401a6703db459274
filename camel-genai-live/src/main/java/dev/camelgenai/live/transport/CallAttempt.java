package dev.camelgenai.live.transport;

import java.net.InetSocketAddress;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import org.asynchttpclient.AsyncHandler;
import org.asynchttpclient.HttpResponseBodyPart;
import org.asynchttpclient.HttpResponseStatus;
import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;

/** One use of {@link HttpCaller#call}. {@link CallHandler} reads the answer, so that AsyncHttpClient has nothing to tell here. */
final class CallAttempt implements AsyncHandler<Void>, Attempt {

    private final HttpCall call;
    private final AnnouncedAddresses<CallAttempt> announced;
    private final Dial<HttpAnswer> dial;

    /**
     * @throws IllegalArgumentException if the address is not HTTP's or a credential cannot be sent in a header
     */
    CallAttempt(HttpCall call, AnnouncedAddresses<CallAttempt> announced) {
        this.call = call;
        this.announced = announced;
        this.dial = new Dial<>(call.uri(), call.proxy(), call.timeout(), "answer", call.credentials(),
                () -> announced.forget(this));
        String scheme = dial.uri().getScheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("Neither an http nor an https address: " + call.uri());
        }
    }

    @Override
    public Dial<HttpAnswer> dial() {
        return dial;
    }

    @Override
    public Map<String, String> headers() {
        return call.headers();
    }

    /** What AsyncHttpClient gets to see, and to log: no credential is in it. */
    Request request() {
        RequestBuilder builder = new RequestBuilder("POST", true).setUri(dial.uri()).setBody(call.body());
        call.headers().forEach(builder::setHeader);
        if (call.proxy() != null) {
            builder.setNameResolver(dial.proxyResolver());
        }
        return builder.build();
    }

    @Override
    public void onTcpConnectAttempt(InetSocketAddress remoteAddress) {
        announced.announce(remoteAddress, this);
    }

    @Override
    public void onThrowable(Throwable failure) {
        dial.fail(failure);
    }

    @Override
    public State onStatusReceived(HttpResponseStatus status) {
        return State.ABORT;
    }

    @Override
    public State onHeadersReceived(HttpHeaders headers) {
        return State.ABORT;
    }

    @Override
    public State onBodyPartReceived(HttpResponseBodyPart part) {
        return State.ABORT;
    }

    @Override
    public Void onCompleted() {
        return null;
    }
}
