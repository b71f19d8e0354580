// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.message.FetchBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What the updates of devices and groups may fetch. A rollout may have a budget of its own; all
/// that hold for a device hold together.
public final class Budgets {
    private final Registry registry;
    private final Groups groups;
    private final Journal journal;
    private final Map<BudgetHolder, Budget> budgets = new ConcurrentHashMap<>();

    Budgets(Registry registry, Groups groups, Journal journal, Map<BudgetHolder, Budget> kept) {
        this.registry = registry;
        this.groups = groups;
        this.journal = journal;
        budgets.putAll(kept);
    }

    public Map<BudgetHolder, Budget> list() {
        return Map.copyOf(budgets);
    }

    public Optional<Budget> find(BudgetHolder holder) {
        return Optional.ofNullable(budgets.get(holder));
    }

    public synchronized void set(BudgetHolder holder, Budget budget) {
        switch (holder) {
            case BudgetHolder.OfGroup(GroupName group) -> groups.show(group);
            case BudgetHolder.OfDevice(DeviceId device) -> registry.require(device);
        }
        journal.now(List.of(new FleetChange.BudgetKept(holder, budget)));
        budgets.put(holder, budget);
    }

    public synchronized void remove(BudgetHolder holder) {
        if (!budgets.containsKey(holder)) {
            throw new FleetException.Unknown(holder + " has no budget");
        }
        journal.now(List.of(new FleetChange.BudgetRemoved(holder)));
        budgets.remove(holder);
    }

    /// All that hold for an update of `device` by `rollout`.
    List<FetchBudget> of(DeviceId device, Rollout rollout) {
        var all = new ArrayList<FetchBudget>();
        rollout.budget().ifPresent(budget -> all.add(budget.of("rollout " + rollout.id())));
        if (budgets.isEmpty()) return all;
        Budget own = budgets.get(new BudgetHolder.OfDevice(device));
        if (own != null) all.add(own.of("this device"));
        for (GroupName group : groups.of(device)) {
            Budget shared = budgets.get(new BudgetHolder.OfGroup(group));
            if (shared != null) all.add(shared.of("group " + group));
        }
        return all;
    }
}
