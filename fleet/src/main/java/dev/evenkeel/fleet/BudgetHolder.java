// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;

/// Whose updates a budget is for. A link class, all devices behind cellular modems for one, is a
/// group.
public sealed interface BudgetHolder {
    /// Each device of a group.
    record OfGroup(GroupName group) implements BudgetHolder {
        @Override
        public String toString() {
            return "group " + group;
        }
    }

    /// One device.
    record OfDevice(DeviceId device) implements BudgetHolder {
        @Override
        public String toString() {
            return "device " + device;
        }
    }
}
