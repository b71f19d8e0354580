// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.message.CheckIn;
import java.time.Instant;

/// The last check-in of a device and when it came, by the server's clock.
public record Contact(Instant at, CheckIn checkIn) {}
