// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

/// What the prover checks, each in the words of a customer.
public enum Promise {
    OLD_OR_NEW(
            "old-or-new",
            "Whenever the power comes back, the bootloader starts a complete release: the old one or the new one."),
    WAY_BACK(
            "way-back",
            "Whenever a fallback is allowed, the slot that it would end in holds a complete release: never both unusable."),
    DATA_INTACT("data-intact", "The user's data partition is never written, wiped or moved."),
    IDENTITY_INTACT(
            "identity-intact",
            "Key, name, provisioning and root of trust survive every cut; no human has to come for them."),
    CONVERGES(
            "converges",
            "The device comes to rest by itself, in bounded time and in a bounded number of boots."),
    ONE_ATTEMPT(
            "one-attempt",
            "A power cut costs at most one boot attempt, and a healthy boot gives all of them back."),
    FETCHED_ONCE(
            "fetched-once", "A chunk that stands verified on the medium is never fetched again."),
    LEDGER_TRUE(
            "ledger-true",
            "What is recorded as verified stands on the medium, whenever the power goes."),
    CUT_IS_NO_FAILURE(
            "cut-is-no-failure", "Fewer cuts than boot attempts never make a good update fail."),
    UNHEALTHY_NEVER_KEPT(
            "unhealthy-never-kept",
            "A release whose health checks were not green is never committed, and the device returns to the old one."),
    TRUTH(
            "truth",
            "Every update's end is told in a signed report, success is told of a release that runs committed, and of no other."),
    RUNNING_SLOT_UNTOUCHED("running-slot-untouched", "The slot that runs is never written."),
    TIME_FLOOR(
            "time-floor",
            "A time that the server told or signed never goes back, unless a root withdraws the key that signed it; and no later one is ever believed for good, whatever the clock says."),
    TRUST_FORWARD(
            "trust-forward",
            "A root of trust is left for a newer one only, and nothing that a withdrawn key signed is held beside the root that withdrew it."),
    ONE_CERTIFICATE(
            "one-certificate",
            "The device always holds a certificate that its server takes, and a cut costs at most one more renewal."),
    ONE_DEVICE(
            "one-device",
            "An enrolment that is cut or repeated ends with one device, one key and one use of the token."),
    HEALED(
            "healed",
            "A copy of a record that was torn or rotted is made good again, before the other one could go as well.");

    private final String label;
    private final String words;

    Promise(String label, String words) {
        this.label = label;
        this.words = words;
    }

    public String label() {
        return label;
    }

    public String words() {
        return words;
    }
}
