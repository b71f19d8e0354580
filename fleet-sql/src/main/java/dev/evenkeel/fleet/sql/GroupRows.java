// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.Group;
import dev.evenkeel.fleet.GroupName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// Tables `device_groups` and `group_members`.
final class GroupRows {
    private record Member(GroupName group, DeviceId device) {}

    private GroupRows() {}

    static List<Group> all(Handle handle, FleetId fleet) {
        Map<GroupName, Set<DeviceId>> members = new TreeMap<>();
        handle.createQuery("SELECT device_group FROM device_groups WHERE fleet = :fleet")
                .bind("fleet", fleet.text())
                .map((row, _) -> new GroupName(row.getString("device_group")))
                .forEach(name -> members.put(name, new HashSet<>()));
        handle.createQuery("SELECT device_group, device FROM group_members WHERE fleet = :fleet")
                .bind("fleet", fleet.text())
                .map((row, _) ->
                        new Member(
                                new GroupName(row.getString("device_group")),
                                new DeviceId(row.getString("device"))))
                .forEach(one ->
                        members.computeIfAbsent(one.group(), _ -> new HashSet<>())
                                .add(one.device()));
        return members.entrySet().stream().map(e -> new Group(e.getKey(), e.getValue())).toList();
    }

    static void put(Handle handle, FleetId fleet, Group group) {
        remove(handle, fleet, group.name());
        handle.createUpdate(
                        "INSERT INTO device_groups (fleet, device_group) VALUES (:fleet, :name)")
                .bind("fleet", fleet.text())
                .bind("name", group.name().text())
                .execute();
        for (DeviceId device : group.members()) {
            handle.createUpdate(
                            """
                            INSERT INTO group_members (fleet, device_group, device)
                            VALUES (:fleet, :name, :device)
                            """)
                    .bind("fleet", fleet.text())
                    .bind("name", group.name().text())
                    .bind("device", device.text())
                    .execute();
        }
    }

    static void remove(Handle handle, FleetId fleet, GroupName name) {
        handle.createUpdate(
                        "DELETE FROM group_members WHERE fleet = :fleet AND device_group = :name")
                .bind("fleet", fleet.text())
                .bind("name", name.text())
                .execute();
        handle.createUpdate(
                        "DELETE FROM device_groups WHERE fleet = :fleet AND device_group = :name")
                .bind("fleet", fleet.text())
                .bind("name", name.text())
                .execute();
    }
}
