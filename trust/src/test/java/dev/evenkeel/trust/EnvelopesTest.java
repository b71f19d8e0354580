// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.trust.TrustException.UntrustedEnvelope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopesTest {
    private static final String TYPE = "application/vnd.evenkeel.boot-report+json";
    private final PrivateKey device = TestKeys.named("device");
    private final byte[] payload = "{\"slot\":\"a\"}".getBytes(UTF_8);
    private final Dsse envelope = Dsse.sign(TYPE, payload, device);

    @Test
    void hands_out_the_payload_that_the_key_signed() {
        Dsse received = Dsse.read(envelope.toBytes());
        assertThat(Envelopes.open(received, TYPE, device.publicKey())).isEqualTo(payload);
    }

    @Test
    void refuses_another_key_whatever_id_it_claims() {
        byte[] signature = TestKeys.named("stranger").sign(envelope.signedBytes());
        var forged =
                new Dsse(TYPE, payload, List.of(new Dsse.Signature(device.keyId(), signature)));
        assertRefused(forged, TYPE);
    }

    @Test
    void refuses_another_type_though_rightly_signed() {
        assertRefused(envelope, "application/vnd.evenkeel.enrolment+json");
        assertRefused(new Dsse("other", payload, envelope.signatures()), "other");
    }

    @Test
    void refuses_a_changed_payload_and_an_envelope_without_signatures() {
        byte[] changed = "{\"slot\":\"b\"}".getBytes(UTF_8);
        assertRefused(new Dsse(TYPE, changed, envelope.signatures()), TYPE);
        assertRefused(new Dsse(TYPE, payload, List.of()), TYPE);
    }

    @Test
    void refuses_a_signature_that_is_cut_or_padded() {
        byte[] good = envelope.signatures().getFirst().bytes();
        for (int length : new int[] {0, 63, 65}) {
            var signature = new Dsse.Signature(device.keyId(), Arrays.copyOf(good, length));
            assertRefused(new Dsse(TYPE, payload, List.of(signature)), TYPE);
        }
    }

    @Test
    void refuses_a_flood_of_signatures_before_checking_them() {
        var flood = new ArrayList<Dsse.Signature>();
        for (int i = 0; i < 9; i++) flood.add(envelope.signatures().getFirst());
        assertRefused(new Dsse(TYPE, payload, flood), TYPE);
    }

    private void assertRefused(Dsse forged, String type) {
        assertThatThrownBy(() -> Envelopes.open(forged, type, device.publicKey()))
                .isInstanceOf(UntrustedEnvelope.class)
                .hasMessageContaining(device.keyId());
    }
}
