// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one update of one device may fetch over the network: all budgets that hold for it, and what
/// somebody allowed beyond them.
///
/// @param allowedBytes that no budget stands against; 0 where nobody was asked
public record FetchTerms(List<FetchBudget> budgets, long allowedBytes) {
    public static final FetchTerms FREE = new FetchTerms(List.of(), 0);

    private static final int MAX_BUDGETS = 16;

    public FetchTerms {
        budgets = List.copyOf(budgets);
        if (budgets.size() > MAX_BUDGETS) {
            throw new MalformedInput(
                    "terms of an update: at most "
                            + MAX_BUDGETS
                            + " budgets, found "
                            + budgets.size());
        }
        if (allowedBytes < 0) throw new MalformedInput("allowed: " + allowedBytes + " bytes");
    }

    /// The terms that these budgets come to: of those that do the same beyond them, the smallest.
    public static FetchTerms of(List<FetchBudget> all, long allowedBytes) {
        Map<FetchBudget.Beyond, FetchBudget> smallest = new EnumMap<>(FetchBudget.Beyond.class);
        for (FetchBudget budget : all) {
            smallest.merge(
                    budget.beyond(), budget, (one, two) -> two.bytes() < one.bytes() ? two : one);
        }
        return new FetchTerms(List.copyOf(smallest.values()), allowedBytes);
    }

    /// The strictest budget that an update of so many bytes is beyond; empty where it may go on.
    ///
    /// @param bytes fetched in the whole update, from its first byte to its last
    public Optional<FetchBudget> beyond(long bytes) {
        if (bytes <= allowedBytes) return Optional.empty();
        return budgets.stream()
                .filter(budget -> bytes > budget.bytes())
                .max(Comparator.comparing(FetchBudget::beyond));
    }

    public static FetchTerms read(JsonObject json) {
        return new FetchTerms(
                json.array("budgets").objects().stream().map(FetchBudget::read).toList(),
                json.size("allowed_bytes"));
    }

    public JsonObject toJson() {
        return JsonObject.of(
                        "budgets",
                        new JsonArray(budgets.stream().<Json>map(FetchBudget::toJson).toList()))
                .with("allowed_bytes", allowedBytes);
    }
}
