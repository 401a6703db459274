package dev.camelgenai.live.transport;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.asynchttpclient.AsyncHttpClientConfig;
import org.asynchttpclient.SslEngineFactory;

/**
 * Client engines: TLS 1.3 and 1.2 only, and always with host name verification. Where no {@link SSLContext} is given, they are those of
 * BoringSSL if Netty has it ({@code netty-tcnative-boringssl-static} on the class path), which opens connections for a fraction of the
 * work, and otherwise those of the JDK's default context. Both trust what {@code javax.net.ssl.trustStore} names or the JDK brings.
 */
final class TlsEngines implements SslEngineFactory {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /** With a certificate of the client's own, which only the JDK's default context reads. */
    private static final String KEY_STORE = "javax.net.ssl.keyStore";

    private final SSLContext context;
    private final SslContext boring;

    /**
     * @param context {@code null} means the JDK's default
     */
    TlsEngines(SSLContext context) {
        this.context = context;
        this.boring = context == null && System.getProperty(KEY_STORE) == null && OpenSsl.isAvailable() ? boringSsl() : null;
    }

    private static SslContext boringSsl() {
        try {
            return SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL).protocols(PROTOCOLS).build();
        } catch (SSLException e) {
            throw new IllegalStateException("BoringSSL cannot be used; take netty-tcnative-boringssl-static off the class path",
                    e);
        }
    }

    @Override
    public SSLEngine newSslEngine(AsyncHttpClientConfig config, String peerHost, int peerPort) {
        SSLEngine engine = boring != null
                ? boring.newEngine(ByteBufAllocator.DEFAULT, peerHost, peerPort)
                : context().createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        // Only what the context enables already: who configured it for TLS 1.3 alone gets TLS 1.3 alone.
        String[] protocols = Stream.of(parameters.getProtocols()).filter(PROTOCOLS::contains).toArray(String[]::new);
        if (protocols.length == 0) {
            throw new IllegalStateException("The SSL context enables neither TLSv1.3 nor TLSv1.2");
        }
        parameters.setProtocols(protocols);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    private SSLContext context() {
        if (context != null) {
            return context;
        }
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK's default SSL context cannot be created", e);
        }
    }
}
