// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.UpdateState;
import java.util.ArrayList;
import java.util.List;

/// The way of an update, state by state, and how far it is.
final class UpdateSteps {
    private static final List<UpdateState.Name> WAY =
            List.of(
                    UpdateState.Name.PENDING,
                    UpdateState.Name.DOWNLOADING,
                    UpdateState.Name.INSTALLING,
                    UpdateState.Name.REBOOTING,
                    UpdateState.Name.CHECKING);

    private UpdateSteps() {}

    static List<DeviceView.Step> of(UpdateState state) {
        int at = state.isSettled() ? WAY.size() : WAY.indexOf(state.name());
        var steps = new ArrayList<DeviceView.Step>();
        for (int i = 0; i < WAY.size(); i++) {
            steps.add(new DeviceView.Step(Words.of(WAY.get(i)), place(i, at, state)));
        }
        boolean isBad = state.isSettled() && !(state instanceof UpdateState.Succeeded);
        UpdateState.Name end = isBad ? state.name() : UpdateState.Name.SUCCEEDED;
        String place = isBad ? "bad" : state.isSettled() ? "good" : "ahead";
        steps.add(new DeviceView.Step(Words.of(end), place));
        return steps;
    }

    private static String place(int step, int at, UpdateState state) {
        // nobody told how far it came
        boolean isUntold =
                state instanceof UpdateState.Failed || state instanceof UpdateState.Superseded;
        if (isUntold || step > at) return "ahead";
        return step < at ? "done" : "now";
    }
}
