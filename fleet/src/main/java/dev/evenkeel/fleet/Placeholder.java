// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

final class Placeholder {
    private Placeholder() {}
}
