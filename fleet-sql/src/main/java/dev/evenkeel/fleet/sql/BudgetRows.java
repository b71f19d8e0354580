// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.fleet.Budget;
import dev.evenkeel.fleet.BudgetHolder;
import dev.evenkeel.fleet.GroupName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Table `budgets`.
final class BudgetRows {
    private static final String GROUP = "group";
    private static final String DEVICE = "device";

    private record Row(BudgetHolder holder, Budget budget) {}

    private BudgetRows() {}

    static Map<BudgetHolder, Budget> all(Handle handle, FleetId fleet) {
        Map<BudgetHolder, Budget> budgets = new HashMap<>();
        handle.createQuery(
                        """
                        SELECT holder_kind, holder, bytes, beyond
                          FROM budgets
                         WHERE fleet = :fleet
                        """)
                .bind("fleet", fleet.text())
                .map((row, _) -> read(row))
                .forEach(row -> budgets.put(row.holder(), row.budget()));
        return budgets;
    }

    private static Row read(ResultSet row) throws SQLException {
        String name = row.getString("holder");
        BudgetHolder holder =
                row.getString("holder_kind").equals(GROUP)
                        ? new BudgetHolder.OfGroup(new GroupName(name))
                        : new BudgetHolder.OfDevice(new DeviceId(name));
        return new Row(
                holder,
                new Budget(
                        row.getLong("bytes"), FetchBudget.Beyond.parse(row.getString("beyond"))));
    }

    static void put(Handle handle, FleetId fleet, BudgetHolder holder, Budget budget) {
        handle.createUpdate(
                        """
                        INSERT INTO budgets (fleet, holder_kind, holder, bytes, beyond)
                        VALUES (:fleet, :kind, :holder, :bytes, :beyond)
                            ON CONFLICT (fleet, holder_kind, holder) DO UPDATE
                           SET bytes = :bytes, beyond = :beyond
                        """)
                .bind("fleet", fleet.text())
                .bind("kind", kind(holder))
                .bind("holder", name(holder))
                .bind("bytes", budget.bytes())
                .bind("beyond", budget.beyond().toString())
                .execute();
    }

    static void remove(Handle handle, FleetId fleet, BudgetHolder holder) {
        handle.createUpdate(
                        """
                        DELETE FROM budgets
                         WHERE fleet = :fleet AND holder_kind = :kind AND holder = :holder
                        """)
                .bind("fleet", fleet.text())
                .bind("kind", kind(holder))
                .bind("holder", name(holder))
                .execute();
    }

    private static String kind(BudgetHolder holder) {
        return switch (holder) {
            case BudgetHolder.OfGroup _ -> GROUP;
            case BudgetHolder.OfDevice _ -> DEVICE;
        };
    }

    private static String name(BudgetHolder holder) {
        return switch (holder) {
            case BudgetHolder.OfGroup(GroupName group) -> group.text();
            case BudgetHolder.OfDevice(DeviceId device) -> device.text();
        };
    }
}
