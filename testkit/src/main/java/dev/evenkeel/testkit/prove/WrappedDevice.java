// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Device;
import dev.evenkeel.agent.RunningRelease;
import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Disk;
import dev.evenkeel.linux.KernelCommandLine;
import dev.evenkeel.linux.OverlayUse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/// A device of which a subclass changes one thing.
class WrappedDevice implements Device {
    private final Device device;

    WrappedDevice(Device device) {
        this.device = device;
    }

    @Override
    public Disk open(String partition, boolean writable) throws IOException {
        return device.open(partition, writable);
    }

    @Override
    public ByteBuffer alignedBuffer(int bytes) {
        return device.alignedBuffer(bytes);
    }

    @Override
    public KernelCommandLine commandLine() throws IOException {
        return device.commandLine();
    }

    @Override
    public BootId bootId() throws IOException {
        return device.bootId();
    }

    @Override
    public RunningRelease release() throws IOException {
        return device.release();
    }

    @Override
    public Map<String, String> facts(String name) {
        return device.facts(name);
    }

    @Override
    public String line(String name) {
        return device.line(name);
    }

    @Override
    public OverlayUse overlay() throws IOException {
        return device.overlay();
    }

    @Override
    public boolean isClockSynced() {
        return device.isClockSynced();
    }

    @Override
    public void leave(String name, String content) throws IOException {
        device.leave(name, content);
    }

    @Override
    public Optional<String> take(String name) {
        return device.take(name);
    }

    @Override
    public boolean reboot(String reason) throws IOException {
        return device.reboot(reason);
    }
}
