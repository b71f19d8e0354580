// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.util.List;

/// How a group is made: from which old bytes, by which copies.
record Patch(RandomBytes base, int freshBytes, List<Copy> copies) {}
