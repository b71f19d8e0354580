// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.server.Client;
import java.net.http.HttpResponse;

/// Sorts answers into yes and no, and counts them.
///
/// @param mayBeUnavailable whether the server has a reason to say 503
record Replies(Ledger ledger, boolean mayBeUnavailable) {
    boolean isYes(String what, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            ledger.acknowledged();
            return true;
        }
        ledger.refused();
        boolean isExplained = mayBeUnavailable && status == 503;
        ledger.check(isExplained, what + " was answered " + status + ": " + Client.text(response));
        return false;
    }
}
