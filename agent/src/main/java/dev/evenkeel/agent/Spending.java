// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ReusePlan;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.core.message.FetchTerms;
import java.util.Optional;

/// Adds up what the images of an update cost, and says what its terms make of it. A cost that no
/// budget allows is a decision, never silent.
final class Spending {
    private final FetchTerms terms;
    private final long fetched;
    private long toFetch;
    private long reused;
    private boolean isByDelta;
    private String why = "";

    /// @param fetched what came over the network for this update already
    Spending(FetchTerms terms, long fetched) {
        this.terms = terms;
        this.fetched = fetched;
    }

    /// @param noDelta why no delta is in it; empty where one is, or none is needed
    void add(ReusePlan image, String noDelta) {
        toFetch += image.bytesToFetch();
        reused += image.bytesReused();
        isByDelta |= image.patched().chunks() > 0;
        if (why.isEmpty() && !noDelta.isEmpty()) why = "no delta: " + noDelta;
    }

    DownloadPlan plan() {
        Optional<FetchBudget> over = over();
        return new DownloadPlan(
                way(), fetched + toFetch, reused, decision(over), over.map(this::told).orElse(why));
    }

    /// What is beyond the terms; empty where nothing more is fetched, whatever came before.
    private Optional<FetchBudget> over() {
        return toFetch == 0 ? Optional.empty() : terms.beyond(fetched + toFetch);
    }

    private DownloadPlan.Way way() {
        if (toFetch == 0) return DownloadPlan.Way.REUSE;
        if (isByDelta) return DownloadPlan.Way.DELTA;
        return reused > 0 ? DownloadPlan.Way.CHUNKS : DownloadPlan.Way.FULL;
    }

    private static DownloadPlan.Decision decision(Optional<FetchBudget> over) {
        if (over.isEmpty()) return DownloadPlan.Decision.GO;
        return switch (over.get().beyond()) {
            case ALLOW -> DownloadPlan.Decision.GO;
            case ASK -> DownloadPlan.Decision.ASK;
            case WAIT -> DownloadPlan.Decision.WAIT;
            case REFUSE -> DownloadPlan.Decision.REFUSE;
        };
    }

    private String told(FetchBudget over) {
        String download = way() == DownloadPlan.Way.FULL ? "full download" : "download";
        return download
                + " of "
                + (fetched + toFetch)
                + " bytes"
                + (why.isEmpty() ? "" : " because " + why)
                + "; the budget of "
                + over.source()
                + " is "
                + over.bytes()
                + " bytes: "
                + switch (over.beyond()) {
                    case ALLOW -> "allowed";
                    case ASK -> "asks an operator";
                    case WAIT -> "waits for a cheaper way";
                    case REFUSE -> "refused";
                };
    }
}
