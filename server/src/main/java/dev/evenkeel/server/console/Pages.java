// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Writes pages from views, by templates that were compiled with the product.
public final class Pages {
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final String fleet;
    private final BooleanSupplier isDevelopment;
    private final Supplier<List<String>> warnings;
    private final String asset;

    /// Pages of one server.
    ///
    /// @param warnings what in the repository's trust has to be done by people, most urgent first
    /// @param asset version of the linked files, see [Assets]
    public Pages(
            String fleet,
            BooleanSupplier isDevelopment,
            Supplier<List<String>> warnings,
            String asset) {
        this.fleet = fleet;
        this.isDevelopment = isDevelopment;
        this.warnings = warnings;
        this.asset = asset;
    }

    public String login(String fault) {
        return page("login", frame("Log in", ""), Map.of("fault", fault));
    }

    public String overview(OverviewView view) {
        return page("overview", frame("Overview", "overview"), Map.of("view", view));
    }

    public String devices(DeviceList list) {
        return page("devices", frame("Devices", "devices"), Map.of("list", list));
    }

    public String device(DeviceView device) {
        return page("device", frame("Device", "devices"), Map.of("device", device));
    }

    public String releases(List<ReleaseView> releases) {
        return page("releases", frame("Releases", "releases"), Map.of("releases", releases));
    }

    public String release(ReleaseView release) {
        return page(
                "release",
                frame("Release " + release.release(), "releases"),
                Map.of("release", release));
    }

    public String difference(DifferenceView view) {
        String title = "From " + view.from() + " to " + view.to();
        return page("difference", frame(title, "releases"), Map.of("view", view));
    }

    public String rollouts(List<RolloutView> rollouts, RolloutForm form) {
        return page(
                "rollouts",
                frame("Rollouts", "rollouts"),
                Map.of("rollouts", rollouts, "form", form));
    }

    public String rollout(RolloutView rollout) {
        return page(
                "rollout",
                frame("Rollout " + rollout.id(), "rollouts"),
                Map.of("rollout", rollout));
    }

    /// A refusal for people.
    public String refusal(String active, String why) {
        return page("refusal", frame("That did not work", active), Map.of("why", why));
    }

    private Frame frame(String title, String active) {
        return new Frame(
                title,
                active,
                fleet,
                isDevelopment.getAsBoolean(),
                // who is not logged in is told nothing
                active.isEmpty() ? List.of() : warnings.get(),
                asset);
    }

    private String page(String template, Frame frame, Map<String, Object> values) {
        var all = new HashMap<>(values);
        all.put("frame", frame);
        var out = new StringOutput();
        templates.render(template + ".jte", all, out);
        return out.toString();
    }
}
