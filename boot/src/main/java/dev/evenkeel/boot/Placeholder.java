// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

final class Placeholder {
    private Placeholder() {}
}
