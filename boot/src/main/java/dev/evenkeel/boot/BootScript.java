// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.boot.CopyRow.Newer;
import dev.evenkeel.boot.CopyRow.Target;
import dev.evenkeel.boot.SlotRow.Attempts;
import dev.evenkeel.boot.SlotRow.OtherSlot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The boot script of the reference device: U-Boot commands that choose a slot by the boot record
/// and load it. Its decisions are generated from a [BootTable], the rest is the template
/// `boot.cmd`. The script as it ships: `boot/src/test/resources/expected/boot.cmd`.
public final class BootScript {
    private BootScript() {}

    /// The source, for `mkimage -A x86 -T script -C none -n evenkeel -d boot.cmd boot.scr`.
    public static String text() {
        return text(BootTable.SHIPPED);
    }

    static String text(BootTable table) {
        return template()
                .replace("@copies@\n", copies(table.copies()))
                .replace("@slots@\n", slots(table.slots()));
    }

    private static String copies(List<CopyRow> rows) {
        var commands = new StringBuilder();
        for (CopyRow row : rows) {
            String found =
                    (row.first() == CopyRow.Copy.GOOD ? "0" : "x")
                            + (row.second() == CopyRow.Copy.GOOD ? "1" : "x");
            var conditions = new ArrayList<>(List.of("${ek_c0}${ek_c1} = " + found));
            if (row.newer() != Newer.ANY) {
                conditions.add("${ek_newer} = " + yes(row.newer() == Newer.SECOND));
            }
            String use =
                    switch (row.reads()) {
                        case ENV_0 -> "0";
                        case ENV_1 -> "1";
                        case DEFAULT -> "none";
                    };
            String to = row.writes() == Target.ENV_0 ? "${ek_at0}" : "${ek_at1}";
            commands.append(when(conditions))
                    .append("; then setenv ek_use ")
                    .append(use)
                    .append("; setenv ek_to ")
                    .append(to)
                    .append("; fi\n");
        }
        return commands.toString();
    }

    private static String slots(List<SlotRow> rows) {
        var commands = new StringBuilder();
        for (SlotRow row : rows) {
            var conditions = new ArrayList<String>();
            if (row.attempts() != Attempts.ANY) {
                conditions.add("${ek_some} = " + yes(row.attempts() == Attempts.SOME));
            }
            if (row.other() != OtherSlot.ANY) {
                conditions.add("${ek_other} = " + yes(row.other() == OtherSlot.ALLOWED));
            }
            if (conditions.isEmpty()) conditions.add("yes = yes");
            commands.append("# row ").append(row.name()).append(": ").append(row.effect());
            commands.append('\n');
            commands.append(when(conditions)).append("; then\n");
            // U-Boot knows no empty body
            if (row.steps().isEmpty()) commands.append("  true\n");
            for (BootStep step : row.steps()) {
                commands.append("  ").append(step.commands()).append('\n');
            }
            commands.append("fi\n");
        }
        return commands.toString();
    }

    private static String when(List<String> conditions) {
        return "if test " + String.join(" && test ", conditions);
    }

    private static String yes(boolean claim) {
        return claim ? "yes" : "no";
    }

    private static String template() {
        try (InputStream in =
                Objects.requireNonNull(BootScript.class.getResourceAsStream("boot.cmd"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
