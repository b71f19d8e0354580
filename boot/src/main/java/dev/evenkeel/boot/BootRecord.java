// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the boot script reads to choose a slot: written by it before every boot, and by the agent
/// to arm a trial, to commit, or to give an attempt back. Format: `docs/formats/boot-record.md`.
///
/// Rules: a boot takes one attempt from the slot in `first`. With none left the other slot becomes
/// first, with three, unless `otherAllowed` forbids it. The agent refills the attempts of the slot
/// that proved healthy. A trial ends by a commit only: after a fallback `trial` still names the
/// slot that failed, so that whatever leads there again is a trial again.
///
/// @param version of the format that wrote it; carried along
/// @param sequence 0, 1 or 2: the copy whose sequence is one ahead of the other's is the newer
/// @param trial the slot that is armed and not committed yet
/// @param orderly how many attempts this trial got back after orderly reboots
/// @param otherAllowed whether a fallback may leave the first slot; false once the other slot's
///   release cannot read the data any more
/// @param ext opaque text for versions to come; the boot script carries it along as it carries
///   nothing else that it does not know
/// @param unknown further variables, kept by us though not by the boot script
public record BootRecord(
        int version,
        int sequence,
        Slot first,
        int leftA,
        int leftB,
        Optional<Slot> trial,
        int orderly,
        boolean otherAllowed,
        String ext,
        SortedMap<String, String> unknown) {
    /// The format that this version writes.
    public static final int FORMAT = 1;

    /// The attempts of a slot that is armed, committed or fallen back to.
    public static final int ATTEMPTS = 3;

    /// The boot script counts in single digits.
    public static final int MOST_ATTEMPTS = 9;

    /// How often one trial may get an attempt back.
    public static final int MOST_GIVEN_BACK = 3;

    // before the records below, whose making needs them
    private static final int SEQUENCES = 3;
    private static final Set<String> KNOWN =
            Set.of(
                    "version",
                    "seq",
                    "first",
                    "a_left",
                    "b_left",
                    "trial",
                    "orderly",
                    "other_ok",
                    "ext");

    /// The longest `ext` that we write: with it a record still fits into one sector of 512 bytes,
    /// which no power cut tears.
    public static final int MOST_EXT_CHARS = 256;

    /// What stands in for two broken copies, here and in the boot script: whatever happened,
    /// something boots.
    public static final BootRecord DEFAULT =
            new BootRecord(
                    FORMAT,
                    0,
                    Slot.A,
                    ATTEMPTS,
                    ATTEMPTS,
                    Optional.empty(),
                    0,
                    true,
                    "",
                    new TreeMap<>());

    /// For a new disk: slot b is empty, so that falling back to it would help nobody.
    public static final BootRecord FACTORY = DEFAULT.commit(Slot.A, ATTEMPTS, false);

    public BootRecord {
        inRange("sequence", sequence, SEQUENCES - 1);
        inRange("attempts left of slot a", leftA, MOST_ATTEMPTS);
        inRange("attempts left of slot b", leftB, MOST_ATTEMPTS);
        inRange("orderly reboots", orderly, MOST_GIVEN_BACK);
        unknown = Collections.unmodifiableSortedMap(new TreeMap<>(unknown));
        if (!Collections.disjoint(unknown.keySet(), KNOWN)) {
            throw new IllegalArgumentException("boot record: not unknown: " + unknown.keySet());
        }
    }

    /// Boots `slot` on trial from the next boot on. The slot that runs now stays the way back.
    public BootRecord arm(Slot slot, int attempts) {
        if (attempts < 1) throw new IllegalArgumentException("a trial needs an attempt");
        return with(slot, Optional.of(slot), 0, true).withLeft(slot, attempts);
    }

    /// Makes `slot` the one to boot, with all its attempts; ends a trial. Also called after every
    /// later healthy boot, to refill what that boot took.
    ///
    /// @param otherAllowed whether the other slot could still be fallen back to
    public BootRecord commit(Slot slot, int attempts, boolean otherAllowed) {
        return with(slot, Optional.empty(), 0, otherAllowed).withLeft(slot, attempts);
    }

    /// Gives a slot all its attempts; what is on trial stays so.
    public BootRecord refill(Slot slot) {
        return withLeft(slot, ATTEMPTS);
    }

    /// Returns the attempt that an orderly reboot during a trial would cost. Counted, because a
    /// release that makes its users reboot it for ever is not healthy: the same record comes back
    /// when no trial runs or the trial has had its three.
    public BootRecord giveBack() {
        boolean due =
                trial.equals(Optional.of(first))
                        && orderly < MOST_GIVEN_BACK
                        && left(first) < MOST_ATTEMPTS;
        if (!due) return this;
        return with(first, trial, orderly + 1, otherAllowed).withLeft(first, left(first) + 1);
    }

    public int left(Slot slot) {
        return slot == Slot.A ? leftA : leftB;
    }

    public boolean isOnTrial(Slot slot) {
        return trial.equals(Optional.of(slot));
    }

    /// The same record with another `ext`.
    public BootRecord withExt(String text) {
        if (text.length() > MOST_EXT_CHARS) {
            throw new IllegalArgumentException(
                    "boot record: ext has "
                            + text.length()
                            + " characters, "
                            + MOST_EXT_CHARS
                            + " fit");
        }
        return new BootRecord(
                version,
                sequence,
                first,
                leftA,
                leftB,
                trial,
                orderly,
                otherAllowed,
                text,
                unknown);
    }

    /// Reads a record as the boot script does: an odd value never stops a boot, it counts as the
    /// cautious choice (no attempt left, slot a, no trial).
    ///
    /// @throws MalformedInput without a sane `seq`: such a copy counts as broken
    public static BootRecord read(UbootEnvironment environment) {
        String sequence = environment.value("seq");
        if (!isOne(sequence, '0', '2')) {
            throw new MalformedInput("boot record: seq is '" + sequence + "', not 0, 1 or 2");
        }
        var unknown = new TreeMap<>(environment.variables());
        unknown.keySet().removeAll(KNOWN);
        return new BootRecord(
                digits(environment.value("version"), FORMAT),
                digits(sequence, 0),
                environment.value("first").equals("b") ? Slot.B : Slot.A,
                left(environment.value("a_left")),
                left(environment.value("b_left")),
                trial(environment.value("trial")),
                isOne(environment.value("orderly"), '0', '3')
                        ? digits(environment.value("orderly"), 0)
                        : MOST_GIVEN_BACK,
                !environment.value("other_ok").equals("0"),
                environment.value("ext"),
                unknown);
    }

    /// Reads one copy in the plain format.
    public static BootRecord read(byte[] area) {
        return read(UbootEnvironment.readPlain(area));
    }

    public UbootEnvironment toEnvironment() {
        var variables = new TreeMap<>(unknown);
        variables.putAll(
                Map.of(
                        "version", Integer.toString(version),
                        "seq", Integer.toString(sequence),
                        "first", first.toString(),
                        "a_left", Integer.toString(leftA),
                        "b_left", Integer.toString(leftB),
                        "trial", trial.map(Slot::toString).orElse("none"),
                        "orderly", Integer.toString(orderly),
                        "other_ok", otherAllowed ? "1" : "0",
                        "ext", ext));
        return new UbootEnvironment(variables);
    }

    /// One copy in the plain format, as it stands at the start of env-0 or env-1.
    public byte[] toBytes() {
        return toEnvironment().toPlain();
    }

    /// The record that is one newer than the one with `sequence`.
    BootRecord following(int previous) {
        return withSequence((previous + 1) % SEQUENCES);
    }

    BootRecord withSequence(int changed) {
        return new BootRecord(
                version, changed, first, leftA, leftB, trial, orderly, otherAllowed, ext, unknown);
    }

    BootRecord withLeft(Slot slot, int left) {
        int a = slot == Slot.A ? left : leftA;
        int b = slot == Slot.B ? left : leftB;
        return new BootRecord(
                version, sequence, first, a, b, trial, orderly, otherAllowed, ext, unknown);
    }

    BootRecord withFirst(Slot slot) {
        return with(slot, trial, orderly, otherAllowed);
    }

    BootRecord withTrial(Optional<Slot> slot) {
        return with(first, slot, orderly, otherAllowed);
    }

    BootRecord withUnknown(SortedMap<String, String> others) {
        return new BootRecord(
                version, sequence, first, leftA, leftB, trial, orderly, otherAllowed, ext, others);
    }

    static boolean isNewer(int candidate, int than) {
        return candidate == (than + 1) % SEQUENCES;
    }

    private BootRecord with(Slot boots, Optional<Slot> tried, int given, boolean allowed) {
        return new BootRecord(
                version, sequence, boots, leftA, leftB, tried, given, allowed, ext, unknown);
    }

    private static Optional<Slot> trial(String text) {
        return isOne(text, 'a', 'b') ? Optional.of(Slot.parse(text)) : Optional.empty();
    }

    private static int left(String text) {
        return isOne(text, '1', '9') ? digits(text, 0) : 0;
    }

    private static int digits(String text, int otherwise) {
        boolean isNumber =
                !text.isEmpty()
                        && text.length() <= 9
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Integer.parseInt(text) : otherwise;
    }

    /// Whether the text is one character from `first` to `last`.
    private static boolean isOne(String text, char first, char last) {
        return text.length() == 1 && text.charAt(0) >= first && text.charAt(0) <= last;
    }

    private static void inRange(String what, int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(
                    "boot record: " + what + " is " + value + ", not 0 to " + most);
        }
    }
}
