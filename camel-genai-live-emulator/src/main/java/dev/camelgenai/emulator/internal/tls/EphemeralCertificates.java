package dev.camelgenai.emulator.internal.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * A certificate authority that lives as long as the emulator and the one server certificate it signed. Only the JDK's own
 * security providers are used at run time; BouncyCastle writes the certificates. Immutable.
 */
public final class EphemeralCertificates {

    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final X509Certificate authority;
    private final KeyManagerFactory serverKeys;
    private final X509TrustManager trust;
    private final SSLContext clientContext;

    private EphemeralCertificates(X509Certificate authority, KeyManagerFactory serverKeys, X509TrustManager trust,
            SSLContext clientContext) {
        this.authority = authority;
        this.serverKeys = serverKeys;
        this.trust = trust;
        this.clientContext = clientContext;
    }

    /**
     * Makes new keys and certificates, valid from yesterday (clocks differ) for a year.
     *
     * @param host a host name or IP address to certify besides {@code localhost}, {@code 127.0.0.1} and {@code ::1}
     */
    public static EphemeralCertificates create(String host) {
        try {
            SecureRandom random = new SecureRandom();
            KeyPair authorityKeys = keyPair(random);
            X509Certificate authority = authority(authorityKeys, random);
            KeyPair serverKeys = keyPair(random);
            X509Certificate server = server(host, serverKeys, authority, authorityKeys, random);
            X509TrustManager trust = trust(authority);
            SSLContext client = SSLContext.getInstance("TLS");
            client.init(null, new X509TrustManager[]{ trust }, random);
            return new EphemeralCertificates(authority, keyManagers(serverKeys, server, authority), trust, client);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("This JVM cannot make an EC certificate: " + e.getMessage(), e);
        }
    }

    /** What the server shows. */
    public KeyManagerFactory serverKeys() {
        return serverKeys;
    }

    /** Trusts this authority and no other. */
    public X509TrustManager clientTrust() {
        return trust;
    }

    /** Trusts this authority and no other. */
    public SSLContext clientContext() {
        return clientContext;
    }

    /** The authority's certificate as PEM. */
    public String authorityPem() {
        StringWriter pem = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
            writer.writeObject(authority);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot write a certificate to memory", e);
        }
        return pem.toString();
    }

    private static KeyPair keyPair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static X509Certificate authority(KeyPair keys, SecureRandom random)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        X500Name name = new X500Name("CN=Camel GenAI Live Emulator CA " + new BigInteger(32, random).toString(16));
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, serial(random), notBefore(), notAfter(), name,
                keys.getPublic());
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
        return sign(builder, keys);
    }

    private static X509Certificate server(String host, KeyPair keys, X509Certificate authority, KeyPair authorityKeys,
            SecureRandom random) throws GeneralSecurityException, OperatorCreationException, IOException {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(authority, serial(random), notBefore(), notAfter(),
                new X500Name("CN=localhost"), keys.getPublic());
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, subjects(host));
        builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(authority));
        return sign(builder, authorityKeys);
    }

    private static GeneralNames subjects(String host) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, "localhost"));
        names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        names.add(new GeneralName(GeneralName.iPAddress, "::1"));
        GeneralName own = new GeneralName(IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host);
        if (!names.contains(own)) {
            names.add(own);
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair keys)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate())));
    }

    private static KeyManagerFactory keyManagers(KeyPair keys, X509Certificate server, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        // the store never leaves memory; its password protects nothing
        char[] password = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", keys.getPrivate(), password, new Certificate[]{ server, authority });
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory;
    }

    private static X509TrustManager trust(X509Certificate authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(127, random).add(BigInteger.ONE);
    }

    private static Date notBefore() {
        return Date.from(Instant.now().minus(Duration.ofDays(1)));
    }

    private static Date notAfter() {
        return Date.from(Instant.now().plus(VALIDITY));
    }
}
