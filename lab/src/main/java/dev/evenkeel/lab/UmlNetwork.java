// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The network of a user-mode Linux device: QEMU's user network without a machine, joined to the
/// device by Ethernet frames in UDP (L2TPv3, RFC 3931) over the host's loopback. The device sees
/// what it sees in QEMU, [Machine#HOST] included, and neither side needs root.
final class UmlNetwork implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";

    private final GuestProcess hub;
    private final int hubPort;
    private final int devicePort;

    private UmlNetwork(GuestProcess hub, int hubPort, int devicePort) {
        this.hub = hub;
        this.hubPort = hubPort;
        this.devicePort = devicePort;
    }

    static UmlNetwork start(QemuCommand programs, Path log) throws IOException {
        int[] ports = freePorts();
        var words = new ArrayList<>(programs.prefix("qemu-system-x86_64", List.of()));
        words.addAll(List.of("-M", "none", "-nodefaults", "-no-user-config", "-display", "none"));
        words.addAll(List.of("-netdev", "user,id=world,ipv6=off"));
        words.addAll(List.of("-netdev", "hubport,id=hub0,hubid=0,netdev=world"));
        words.add("-netdev");
        words.add(
                "l2tpv3,id=device,udp=on,counter=off,rxsession=1,txsession=1,src="
                        + LOOPBACK
                        + ",dst="
                        + LOOPBACK
                        + ",srcport="
                        + ports[0]
                        + ",dstport="
                        + ports[1]);
        words.addAll(List.of("-netdev", "hubport,id=hub1,hubid=0,netdev=device"));
        return new UmlNetwork(GuestProcess.logged(words, log), ports[0], ports[1]);
    }

    private static int[] freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (var one = new DatagramSocket(new InetSocketAddress(loopback, 0));
                var other = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }

    /// The kernel argument that joins a device. Sessions stay small: the driver reads them as
    /// signed.
    String argument() {
        return "vec0:transport=l2tpv3,udp=1,rx_session=1,tx_session=1,depth=64,"
                + "mac=52:54:00:12:34:56,src="
                + LOOPBACK
                + ",dst="
                + LOOPBACK
                + ",srcport="
                + devicePort
                + ",dstport="
                + hubPort;
    }

    double cpuSeconds() {
        return hub.cpuSeconds();
    }

    @Override
    public void close() {
        hub.kill();
    }
}
