// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

/// How much a server takes on at once. What is beyond is told to come again later, each caller
/// after another while, so that they do not come together again.
///
/// @param connections that are served; some more are let in to be told so
/// @param requests that are worked on
/// @param transfers of content that are under way
/// @param listeners to live events
record ServerLimits(int connections, int requests, int transfers, int listeners) {
    static final ServerLimits DEFAULT = new ServerLimits(8_192, 1_024, 512, 200);
}
