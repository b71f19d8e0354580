// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How many devices are in which state, as a bar to be drawn 1000 units wide.
///
/// @param words the same for those who do not see it
public record StateBar(List<Part> parts, String words) {
    private static final int WIDTH = 1_000;
    private static final int GAP = 4;
    private static final int LEAST = 10;

    /// From what is done over what goes on to what needs somebody.
    private static final List<String> ORDER =
            List.of(
                    "succeeded",
                    "not-needed",
                    "idle",
                    "checking",
                    "rebooting",
                    "installing",
                    "downloading",
                    "pending",
                    "offline",
                    "superseded",
                    "failed",
                    "rolled-back");

    /// One state in it.
    public record Part(Chip chip, int devices, int x, int width) {}

    public StateBar {
        parts = List.copyOf(parts);
    }

    static StateBar of(Map<Chip, Integer> counts) {
        var present = counts.entrySet().stream().filter(entry -> entry.getValue() > 0).toList();
        var sorted = new ArrayList<>(present);
        sorted.sort(Comparator.comparingInt(entry -> ORDER.indexOf(entry.getKey().kind())));
        int all = sorted.stream().mapToInt(Map.Entry::getValue).sum();
        int room = WIDTH - (LEAST + GAP) * sorted.size() + GAP;
        var parts = new ArrayList<Part>();
        int x = 0;
        int left = all;
        for (var entry : sorted) {
            // every state is wide enough to be seen; the rest of the room is shared by numbers
            int share = left == 0 ? 0 : (int) Math.round((double) room * entry.getValue() / left);
            parts.add(new Part(entry.getKey(), entry.getValue(), x, LEAST + share));
            x += LEAST + share + GAP;
            room -= share;
            left -= entry.getValue();
        }
        String words =
                sorted.stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey().words())
                        .collect(Collectors.joining(", "));
        return new StateBar(parts, words);
    }
}
