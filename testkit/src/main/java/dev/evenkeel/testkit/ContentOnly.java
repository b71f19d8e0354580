// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.agent.Server;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;

/// A server of which nothing but content is asked.
public abstract class ContentOnly implements Server {
    @Override
    public MetadataSource metadata() {
        throw new AssertionError();
    }

    @Override
    public DeviceCertificate enrol(byte[] request) {
        throw new AssertionError();
    }

    @Override
    public DeviceCertificate renew(byte[] request) {
        throw new AssertionError();
    }

    @Override
    public void signIn(PrivateKey key, DeviceCertificate certificate) {
        throw new AssertionError();
    }

    @Override
    public CheckInAnswer checkIn(CheckIn checkIn) {
        throw new AssertionError();
    }

    @Override
    public void report(byte[] envelope) {
        throw new AssertionError();
    }
}
