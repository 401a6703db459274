package dev.camelgenai.quarkus.live;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.net.SSLOptions;

/**
 * The client side of a TLS configuration of Quarkus: whoever keeps it gets engines with the certificates that were loaded last.
 * Thread-safe.
 */
final class ReloadableSslContext extends SSLContext {

    private final Current current;

    private ReloadableSslContext(Current current) {
        super(current, current.context.getProvider(), current.context.getProtocol());
        this.current = current;
    }

    /**
     * @throws GeneralSecurityException when the certificates or keys cannot be used
     */
    static ReloadableSslContext of(TlsConfiguration configuration) throws GeneralSecurityException {
        return new ReloadableSslContext(new Current(configuration));
    }

    /** Takes the certificates that the configuration has by now; connections that are open keep theirs. */
    void reload(TlsConfiguration configuration) throws GeneralSecurityException {
        current.load(configuration);
    }

    private static final class Current extends SSLContextSpi {

        private volatile SSLContext context;
        private volatile Collection<String> protocols;
        private volatile Collection<String> cipherSuites;

        private Current(TlsConfiguration configuration) throws GeneralSecurityException {
            load(configuration);
        }

        private void load(TlsConfiguration configuration) throws GeneralSecurityException {
            SSLOptions options = configuration.getSSLOptions();
            protocols = options.getEnabledSecureTransportProtocols();
            cipherSuites = options.getEnabledCipherSuites();
            try {
                context = configuration.createSSLContext();
            } catch (GeneralSecurityException e) {
                throw e;
            } catch (Exception e) {
                throw new KeyManagementException(e.getMessage(), e);
            }
        }

        private SSLEngine configured(SSLEngine engine) {
            engine.setEnabledProtocols(supported(protocols, engine.getSupportedProtocols()));
            if (!cipherSuites.isEmpty()) {
                engine.setEnabledCipherSuites(supported(cipherSuites, engine.getSupportedCipherSuites()));
            }
            return engine;
        }

        /** A platform may lack some of them, and then refuses all. */
        private static String[] supported(Collection<String> wanted, String[] supported) {
            List<String> known = Arrays.asList(supported);
            return wanted.stream().filter(known::contains).toArray(String[]::new);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return configured(context.createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return configured(context.createSSLEngine(host, port));
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return context.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("It is initialised by Quarkus's TLS configuration already");
        }
    }
}
