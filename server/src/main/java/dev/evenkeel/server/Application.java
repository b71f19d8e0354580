// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/// What a device asks to have certified: PKCS#10, whose signature proves that the sender holds the
/// key. Keys are Ed25519 or ECDSA P-256. Of the names in it only the hardware counts: who the
/// device is, is ours to say.
record Application(byte[] publicKey, Optional<HardwareUrn> hardware) {
    static final int MOST_BYTES = 16 << 10;

    /// @param body base64, with or without line ends (RFC 8951)
    static Application read(byte[] body) {
        try {
            return of(new PKCS10CertificationRequest(Base64.getMimeDecoder().decode(body)));
        } catch (MalformedInput said) {
            throw said;
            // RuntimeException: Bouncy Castle reads lazily, and tells of a broken part by whatever
            // exception its reading ends in
        } catch (IOException | RuntimeException wrong) {
            throw new MalformedInput(
                    "expected a PKCS#10 request in base64: " + wrong.getMessage(), wrong);
        }
    }

    private static Application of(PKCS10CertificationRequest request) throws IOException {
        SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
        requireKind(key.getAlgorithm());
        requireSigned(request, key);
        return new Application(key.getEncoded(), hardware(request));
    }

    private static void requireKind(AlgorithmIdentifier kind) {
        boolean isEd25519 = kind.getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519);
        boolean isP256 =
                kind.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                        && SECObjectIdentifiers.secp256r1.equals(kind.getParameters());
        if (!isEd25519 && !isP256) {
            throw new MalformedInput(
                    "the key is of kind "
                            + kind.getAlgorithm()
                            + "; expected Ed25519 or ECDSA P-256");
        }
    }

    private static void requireSigned(
            PKCS10CertificationRequest request, SubjectPublicKeyInfo key) {
        try {
            ContentVerifierProvider verifier = new JcaContentVerifierProviderBuilder().build(key);
            if (request.isSignatureValid(verifier)) return;
        } catch (PKCSException | OperatorCreationException broken) {
            throw new MalformedInput(
                    "the request's signature cannot be checked: " + broken.getMessage(), broken);
        }
        throw new MalformedInput("the request was not signed with the key that it asks for");
    }

    private static Optional<HardwareUrn> hardware(PKCS10CertificationRequest request) {
        GeneralNames names;
        try {
            Extension extension =
                    request.getRequestedExtensions() == null
                            ? null
                            : request.getRequestedExtensions()
                                    .getExtension(Extension.subjectAlternativeName);
            if (extension == null) return Optional.empty();
            names = GeneralNames.getInstance(extension.getParsedValue());
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            throw new MalformedInput("the request's alternative names are broken", wrong);
        }
        List<HardwareUrn> found = new ArrayList<>();
        for (GeneralName name : names.getNames()) {
            String text = String.valueOf(name.getName());
            boolean isOne =
                    name.getTagNo() == GeneralName.uniformResourceIdentifier
                            && HardwareUrn.isOne(text);
            if (isOne) found.add(HardwareUrn.parse(text));
        }
        if (found.size() > 1) throw new MalformedInput("the request names two hardwares");
        return found.stream().findFirst();
    }
}
