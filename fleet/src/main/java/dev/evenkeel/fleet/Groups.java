// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/// The groups of the fleet. `all` exists without being made, and every device is in it.
public final class Groups {
    private final Registry registry;
    private final Journal journal;
    private final Map<GroupName, Group> groups = new ConcurrentSkipListMap<>();

    Groups(Registry registry, Journal journal, List<Group> kept) {
        this.registry = registry;
        this.journal = journal;
        for (Group group : kept) groups.put(group.name(), group);
    }

    public List<Group> list() {
        var list = new ArrayList<Group>();
        list.add(all());
        list.addAll(groups.values());
        return list;
    }

    public Group show(GroupName name) {
        if (name.equals(GroupName.ALL)) return all();
        Group group = groups.get(name);
        if (group == null) {
            throw new FleetException.Unknown("group '" + name + "' does not exist");
        }
        return group;
    }

    public boolean contains(GroupName name, DeviceId device) {
        if (name.equals(GroupName.ALL)) return true;
        Group group = groups.get(name);
        return group != null && group.members().contains(device);
    }

    /// Makes the group, or gives it other members.
    public synchronized Group put(GroupName name, Set<DeviceId> members) {
        if (name.equals(GroupName.ALL)) {
            throw new FleetException.Contradiction(
                    "group 'all' holds every device by itself; its members cannot be set");
        }
        for (DeviceId member : members) registry.require(member);
        var group = new Group(name, members);
        journal.now(List.of(new FleetChange.GroupKept(group)));
        groups.put(name, group);
        return group;
    }

    public synchronized Group add(GroupName name, DeviceId device) {
        var members = new HashSet<>(show(name).members());
        members.add(device);
        return put(name, members);
    }

    public synchronized Group remove(GroupName name, DeviceId device) {
        var members = new HashSet<>(show(name).members());
        members.remove(device);
        return put(name, members);
    }

    /// The groups that hold `device`, `all` first.
    public List<GroupName> of(DeviceId device) {
        var names = new ArrayList<GroupName>();
        names.add(GroupName.ALL);
        for (Group group : groups.values()) {
            if (group.members().contains(device)) names.add(group.name());
        }
        return names;
    }

    private Group all() {
        var members = new HashSet<DeviceId>();
        for (LiveDevice live : registry.all()) members.add(live.device.id());
        return new Group(GroupName.ALL, members);
    }
}
