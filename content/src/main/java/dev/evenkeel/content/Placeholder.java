// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

final class Placeholder {
    private Placeholder() {}
}
