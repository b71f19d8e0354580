// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

final class Placeholder {
    private Placeholder() {}
}
