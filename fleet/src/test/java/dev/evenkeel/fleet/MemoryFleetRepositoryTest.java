// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

class MemoryFleetRepositoryTest extends FleetRepositoryContract {
    private final MemoryFleetRepository memory = new MemoryFleetRepository();

    @Override
    protected FleetRepository empty() {
        return memory;
    }

    @Override
    protected FleetRepository reopened() {
        return memory;
    }
}
