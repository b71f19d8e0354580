// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.message.DownloadPlan;

/// The cheapest way of an update costs more than its terms allow: nothing is fetched for it now.
final class BeyondBudget extends RuntimeException {
    private final transient DownloadPlan plan;

    BeyondBudget(DownloadPlan plan) {
        super(plan.why());
        this.plan = plan;
    }

    DownloadPlan plan() {
        return plan;
    }

    boolean isRefused() {
        return plan.decision() == DownloadPlan.Decision.REFUSE;
    }
}
