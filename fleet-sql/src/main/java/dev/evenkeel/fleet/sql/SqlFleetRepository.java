// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.fleet.DeviceEvent;
import dev.evenkeel.fleet.FleetChange;
import dev.evenkeel.fleet.FleetException;
import dev.evenkeel.fleet.FleetRepository;
import dev.evenkeel.fleet.PackageList;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// A fleet's memory in SQL tables, in the subset that SQLite and PostgreSQL share. All changes of
/// one commit are one transaction.
final class SqlFleetRepository implements FleetRepository {
    private final Jdbi jdbi;
    private final FleetId fleet;

    SqlFleetRepository(Jdbi jdbi, FleetId fleet) {
        this.jdbi = jdbi;
        this.fleet = fleet;
    }

    @Override
    public Kept load() {
        return jdbi.inTransaction(handle ->
                new Kept(
                        TokenRows.all(handle, fleet),
                        ExpectedKeyRows.all(handle, fleet),
                        FactoryRows.all(handle, fleet),
                        DeviceRows.all(handle, fleet),
                        StateRows.all(handle, fleet),
                        GroupRows.all(handle, fleet),
                        ReleaseRows.all(handle, fleet),
                        RolloutRows.all(handle, fleet),
                        UpdateRows.all(handle, fleet),
                        BudgetRows.all(handle, fleet)));
    }

    @Override
    public void commit(List<FleetChange> changes) {
        try {
            jdbi.useTransaction(handle -> {
                for (FleetChange change : changes) keep(handle, change);
            });
        } catch (JdbiException fault) {
            throw new FleetException.NotKept(rootOf(fault));
        }
    }

    private static Throwable rootOf(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) root = root.getCause();
        return root;
    }

    private void keep(Handle handle, FleetChange change) {
        switch (change) {
            case FleetChange.TokenKept(var token) -> TokenRows.put(handle, fleet, token);
            case FleetChange.ExpectedKeyKept(var key) -> ExpectedKeyRows.put(handle, fleet, key);
            case FleetChange.FactoryKept(var authority) ->
                    FactoryRows.put(handle, fleet, authority);
            case FleetChange.FactoryRemoved(var fingerprint) ->
                    FactoryRows.remove(handle, fleet, fingerprint);
            case FleetChange.DeviceKept(var device) -> DeviceRows.put(handle, fleet, device);
            case FleetChange.StateKept(var state) -> StateRows.put(handle, fleet, state);
            case FleetChange.GroupKept(var group) -> GroupRows.put(handle, fleet, group);
            case FleetChange.GroupRemoved(var name) -> GroupRows.remove(handle, fleet, name);
            case FleetChange.ReleaseKept(var release, var packages) ->
                    ReleaseRows.put(handle, fleet, release, packages);
            case FleetChange.BudgetKept(var holder, var budget) ->
                    BudgetRows.put(handle, fleet, holder, budget);
            case FleetChange.BudgetRemoved(var holder) -> BudgetRows.remove(handle, fleet, holder);
            case FleetChange.RolloutKept(var rollout) -> RolloutRows.put(handle, fleet, rollout);
            case FleetChange.UpdateKept(var update) -> UpdateRows.put(handle, fleet, update);
            case FleetChange.ReportKept report -> ReportRows.put(handle, fleet, report);
            case FleetChange.EventHappened(var event, var limit) ->
                    TimelineRows.add(handle, fleet, event, limit);
            case FleetChange.OlderForgotten(var than) -> {
                TokenRows.forgetOlder(handle, fleet, than);
                ExpectedKeyRows.forgetOlder(handle, fleet, than);
                TimelineRows.forgetOlder(handle, fleet, than);
                ReportRows.forgetOlder(handle, fleet, than);
            }
        }
    }

    @Override
    public List<DeviceEvent> timeline(DeviceId device, int limit) {
        return jdbi.withHandle(handle -> TimelineRows.newest(handle, fleet, device, limit));
    }

    @Override
    public Optional<PackageList> packages(Digest manifest) {
        return jdbi.withHandle(handle -> ReleaseRows.packages(handle, fleet, manifest))
                .map(json -> json.getBytes(StandardCharsets.UTF_8))
                .map(json -> StrictJson.parseObject(json, Limits.METADATA_BYTES))
                .map(PackageList::read);
    }

    @Override
    public List<byte[]> reports(DeviceId device, int limit) {
        return jdbi.withHandle(handle -> ReportRows.newest(handle, fleet, device, limit));
    }
}
