// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

/// The attacks that a client of TUF meets (TUF 1.5.2), each with its word on the wire and its name
/// for people. An accident can look like any of them: the name says what a refusal protects from.
public enum Attack {
    ROLLBACK("rollback", "rollback attack"),
    BROKEN_ROOT_CHAIN("broken-root-chain", "a root out of its turn"),
    FREEZE("freeze", "freeze attack"),
    ARBITRARY_INSTALLATION("arbitrary-installation", "arbitrary installation attack"),
    MIX_AND_MATCH("mix-and-match", "mix-and-match attack"),
    ENDLESS_DATA("endless-data", "endless data attack"),
    ENDLESS_DELEGATIONS("endless-delegations", "endless delegations attack"),
    WITHHELD_METADATA("withheld-metadata", "malicious mirror"),
    DAMAGED_METADATA("damaged-metadata", "damaged metadata"),
    FOREIGN_FLEET("foreign-fleet", "replay of another fleet's metadata"),
    REPLAYED_TIME("replayed-time", "replay of an old time"),
    WRONG_SOFTWARE("wrong-software", "wrong software attack");

    private final String word;
    private final String title;

    Attack(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /// As messages between programs have it.
    public String word() {
        return word;
    }

    /// As people read it.
    public String title() {
        return title;
    }
}
