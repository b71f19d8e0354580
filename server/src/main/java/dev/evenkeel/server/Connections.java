// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import io.vertx.core.http.HttpConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The open connections of the server. One beyond the limit is answered once, with the wish to come
/// again later, and ends; where even those are many, further ones end at once.
final class Connections {
    static final int TOLD_AT_ONCE = 256;

    private final int most;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<HttpConnection> surplus = ConcurrentHashMap.newKeySet();

    Connections(int most) {
        this.most = most;
    }

    void opened(HttpConnection connection) {
        if (open.size() + surplus.size() >= most + TOLD_AT_ONCE) {
            connection.close();
            return;
        }
        Set<HttpConnection> place = open.size() < most ? open : surplus;
        place.add(connection);
        connection.closeHandler(_ -> place.remove(connection));
    }

    boolean isSurplus(HttpConnection connection) {
        return surplus.contains(connection);
    }
}
