// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.nio.file.Path;

/// The files in a server's data folder that its operator reads: how to reach the server, and by
/// what right. The rest of the folder is the server's own.
///
/// @param folder the data folder
public record ServerFiles(Path folder) {
    /// `https://host:port` of the server that last started from the folder, on one line.
    public Path address() {
        return folder.resolve("address");
    }

    /// Bearer token of the operator API, on one line.
    public Path operatorToken() {
        return folder.resolve("operator-token");
    }

    /// The authority that devices and operators trust, PEM.
    public Path authority() {
        return tls().resolve(TlsIdentity.AUTHORITY);
    }

    Path tls() {
        return folder.resolve("tls");
    }
}
