// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

final class Placeholder {
    private Placeholder() {}
}
