package dev.camelgenai.live.transport;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;
import org.asynchttpclient.ws.WebSocketUpgradeHandler;

/** One call of {@link LiveConnector#connect}, from then until the connection is open or has failed. */
final class ConnectAttempt extends WebSocketUpgradeHandler implements Attempt {

    private final LiveUpgrade upgrade;
    private final LiveConnectionListener listener;
    private final AnnouncedAddresses<ConnectAttempt> announced;
    private final Dial<LiveConnection> dial;
    // event loop only
    private boolean accepted;

    /**
     * @throws IllegalArgumentException if the address is not a WebSocket's or a credential cannot be sent in a header
     */
    ConnectAttempt(LiveUpgrade upgrade, LiveConnectionListener listener, AnnouncedAddresses<ConnectAttempt> announced) {
        super(List.of());
        this.upgrade = upgrade;
        this.dial = new Dial<>(upgrade.uri(), upgrade.proxy(), upgrade.connectTimeout(), "connection", upgrade.credentials(),
                () -> announced.forget(this));
        if (!dial.uri().isWebSocket()) {
            throw new IllegalArgumentException("Neither a ws nor a wss address: " + upgrade.uri());
        }
        this.listener = listener;
        this.announced = announced;
    }

    @Override
    public Dial<LiveConnection> dial() {
        return dial;
    }

    @Override
    public Map<String, String> headers() {
        return upgrade.headers();
    }

    LiveUpgrade upgrade() {
        return upgrade;
    }

    LiveConnectionListener listener() {
        return listener;
    }

    /** What AsyncHttpClient gets to see, and to log: no credential is in it. */
    Request request() {
        RequestBuilder builder = new RequestBuilder("GET", true).setUri(dial.uri());
        upgrade.headers().forEach(builder::setHeader);
        if (upgrade.proxy() != null) {
            builder.setNameResolver(dial.proxyResolver());
        }
        return builder.build();
    }

    @Override
    public void onTcpConnectAttempt(InetSocketAddress remoteAddress) {
        announced.announce(remoteAddress, this);
    }

    @Override
    protected void onOpen0() {
        accepted = true;
    }

    /** Whether AsyncHttpClient has found the server's answer to be a valid handshake. */
    boolean accepted() {
        return accepted;
    }

    @Override
    protected void onThrowable0(Throwable failure) {
        dial.fail(failure);
    }
}
