// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

final class Placeholder {
    private Placeholder() {}
}
