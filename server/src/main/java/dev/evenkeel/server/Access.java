// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

/// Who may call a route.
enum Access {
    ANYBODY,
    OPERATOR,
    /// A browser that logged in; others are sent to the login page.
    CONSOLE,
    /// The device that the path names.
    DEVICE,
    /// Any device of the fleet, also one whose certificate has expired.
    DEVICE_TO_RENEW,
    /// Any device of the fleet, or an operator.
    DEVICE_OR_OPERATOR
}
