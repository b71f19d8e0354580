// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.KeyCode;
import java.time.Instant;

/// A device that waits for somebody to let it in.
public record Waiting(
        KeyCode code, Digest fingerprint, HardwareUrn hardware, String address, Instant since) {}
