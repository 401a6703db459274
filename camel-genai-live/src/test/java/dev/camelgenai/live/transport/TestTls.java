package dev.camelgenai.live.transport;

import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A certificate authority for tests, a server below it and a client that trusts it. */
final class TestTls {

    private static final HeldCertificate AUTHORITY = new HeldCertificate.Builder().certificateAuthority(0).build();

    private TestTls() {
    }

    static SslContext server(String host, String... protocols) throws SSLException {
        HeldCertificate certificate = new HeldCertificate.Builder().signedBy(AUTHORITY).addSubjectAlternativeName(host).build();
        SslContextBuilder builder = SslContextBuilder.forServer(certificate.keyPair().getPrivate(), certificate.certificate());
        return (protocols.length == 0 ? builder : builder.protocols(protocols)).build();
    }

    static X509Certificate authority() {
        return AUTHORITY.certificate();
    }

    static SSLContext client() {
        return new HandshakeCertificates.Builder().addTrustedCertificate(AUTHORITY.certificate()).build().sslContext();
    }
}
