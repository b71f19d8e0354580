// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

/// The update that is being written is not wanted any more.
final class Abandoned extends RuntimeException {
    Abandoned() {
        super("the server does not want this update any more");
    }
}
