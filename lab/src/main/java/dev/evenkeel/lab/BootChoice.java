// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Slot;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the boot script says that it will boot: `EVENKEEL-BOOT slot=b left=2 trial=1 fallback=0
/// copies=01 seq=2`.
///
/// @param left attempts that the slot has after this one
/// @param trial whether the slot is on trial
/// @param fallback whether the other slot had no attempt left
/// @param copies which copies of the boot record were readable: `01`, `x1`, `0x` or `xx`
public record BootChoice(Slot slot, int left, boolean trial, boolean fallback, String copies) {
    private static final Pattern LINE =
            Pattern.compile(
                    "EVENKEEL-BOOT slot=([ab]) left=(\\d) trial=(\\S+) fallback=([01]) copies=(\\S*)"
                            + ".*");

    static Optional<BootChoice> parse(String line) {
        Matcher found = LINE.matcher(line);
        if (!found.matches()) return Optional.empty();
        Slot slot = Slot.parse(found.group(1));
        String trial = found.group(3);
        return Optional.of(
                new BootChoice(
                        slot,
                        Integer.parseInt(found.group(2)),
                        trial.equals("1") || trial.equals(slot.toString()),
                        found.group(4).equals("1"),
                        found.group(5)));
    }

    @Override
    public String toString() {
        return "slot "
                + slot
                + ", "
                + left
                + " attempts left"
                + (trial ? ", on trial" : "")
                + (fallback ? ", fallback" : "");
    }
}
