package dev.camelgenai.live.transport;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import org.asynchttpclient.AsyncHttpClientConfig;
import org.asynchttpclient.SslEngineFactory;

/** Client engines of one {@link SSLContext}: TLS 1.3 and 1.2 only, and always with host name verification. */
final class TlsEngines implements SslEngineFactory {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private final SSLContext context;

    /**
     * @param context {@code null} means the JDK's default
     */
    TlsEngines(SSLContext context) {
        this.context = context;
    }

    @Override
    public SSLEngine newSslEngine(AsyncHttpClientConfig config, String peerHost, int peerPort) {
        SSLEngine engine = context().createSSLEngine(peerHost, peerPort);
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
