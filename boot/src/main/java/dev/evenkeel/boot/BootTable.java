// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.boot.CopyRow.Copy;
import dev.evenkeel.boot.CopyRow.Newer;
import dev.evenkeel.boot.CopyRow.Source;
import dev.evenkeel.boot.CopyRow.Target;
import dev.evenkeel.boot.SlotRow.Attempts;
import dev.evenkeel.boot.SlotRow.OtherSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What the bootloader decides, as data: the boot script is generated from it ([BootScript]),
/// simulators execute it ([Bootloader]), and `docs/formats/boot-record.md` shows it. For whatever
/// is found exactly one row of each table holds.
///
/// @param copies which copy of the record counts and which is written over
/// @param slots what becomes of the record that counts
public record BootTable(List<CopyRow> copies, List<SlotRow> slots) {
    // before the table below, whose making needs it
    private static final List<Boolean> BOTH = List.of(true, false);

    /// What every device runs.
    public static final BootTable SHIPPED =
            new BootTable(
                    List.of(
                            new CopyRow(
                                    Copy.GOOD, Copy.GOOD, Newer.SECOND, Source.ENV_1, Target.ENV_0),
                            new CopyRow(
                                    Copy.GOOD,
                                    Copy.GOOD,
                                    Newer.NOT_SECOND,
                                    Source.ENV_0,
                                    Target.ENV_1),
                            new CopyRow(
                                    Copy.GOOD, Copy.BROKEN, Newer.ANY, Source.ENV_0, Target.ENV_1),
                            new CopyRow(
                                    Copy.BROKEN, Copy.GOOD, Newer.ANY, Source.ENV_1, Target.ENV_0),
                            // whatever happened, something boots
                            new CopyRow(
                                    Copy.BROKEN,
                                    Copy.BROKEN,
                                    Newer.ANY,
                                    Source.DEFAULT,
                                    Target.ENV_0)),
                    List.of(
                            new SlotRow(
                                    "boot",
                                    Attempts.SOME,
                                    OtherSlot.ANY,
                                    List.of(BootStep.TAKE_ATTEMPT)),
                            // The slot that failed stays at 0; should the other one fail as well,
                            // it is tried again: two bad slots never stop the device. A trial is
                            // not ended here: three power dips before the agent of the way back
                            // could close the failed slot lead there again, and then it must be
                            // a trial again, with the deadline behind it.
                            new SlotRow(
                                    "fallback",
                                    Attempts.NONE,
                                    OtherSlot.ALLOWED,
                                    List.of(
                                            BootStep.EMPTY_FIRST,
                                            BootStep.SWITCH_SLOTS,
                                            BootStep.FILL_FIRST,
                                            BootStep.TAKE_ATTEMPT)),
                            // no way out: the slot is tried for ever
                            new SlotRow(
                                    "no way out",
                                    Attempts.NONE,
                                    OtherSlot.FORBIDDEN,
                                    List.of(BootStep.TAKE_ATTEMPT))));

    public BootTable {
        copies = List.copyOf(copies);
        slots = List.copyOf(slots);
        for (boolean one : BOTH) {
            for (boolean two : BOTH) {
                for (boolean newer : BOTH) only(copies, row -> row.covers(one, two, newer));
                only(slots, row -> row.covers(one, two));
            }
        }
    }

    /// The same table with another row in the place of the one that has its name.
    public BootTable with(SlotRow changed) {
        if (slots.stream().noneMatch(row -> row.name().equals(changed.name()))) {
            throw new IllegalArgumentException("the table has no row " + changed.name());
        }
        return new BootTable(
                copies,
                slots.stream()
                        .map(row -> row.name().equals(changed.name()) ? changed : row)
                        .toList());
    }

    /// The row with that name.
    public SlotRow slotRow(String name) {
        return only(slots, row -> row.name().equals(name));
    }

    public BootTable withCopies(List<CopyRow> others) {
        return new BootTable(others, slots);
    }

    /// What the boot script makes of a boot record.
    public BootDecision decide(BootRecord found) {
        SlotRow holds =
                only(slots, row -> row.covers(found.left(found.first()) > 0, found.otherAllowed()));
        BootRecord written = holds.apply(found).following(found.sequence());
        return new BootDecision(
                written.first(),
                written.left(written.first()),
                written.isOnTrial(written.first()),
                written.first() != found.first(),
                written);
    }

    CopyRow copyRow(boolean firstIsGood, boolean secondIsGood, boolean secondIsNewer) {
        return only(copies, row -> row.covers(firstIsGood, secondIsGood, secondIsNewer));
    }

    private static <T> T only(List<T> rows, Predicate<T> holds) {
        var found = new ArrayList<T>(rows);
        found.removeIf(holds.negate());
        if (found.size() != 1) {
            throw new IllegalArgumentException("exactly one row must hold, not " + found);
        }
        return found.getFirst();
    }
}
