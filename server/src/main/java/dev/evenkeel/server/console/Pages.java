// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes pages from views, by templates that were compiled with the product.
public final class Pages {
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final boolean isDevelopment;

    public Pages(boolean isDevelopment) {
        this.isDevelopment = isDevelopment;
    }

    public String login(String fleet, String fault) {
        return page("login", frame("Log in", "", fleet), Map.of("fault", fault));
    }

    public String overview(String fleet, OverviewView view) {
        return page("overview", frame("Overview", "overview", fleet), Map.of("view", view));
    }

    public String devices(String fleet, List<DeviceView> devices) {
        return page("devices", frame("Devices", "devices", fleet), Map.of("devices", devices));
    }

    public String device(String fleet, DeviceView device) {
        return page("device", frame(device.id(), "devices", fleet), Map.of("device", device));
    }

    public String releases(String fleet, List<ReleaseView> releases) {
        return page("releases", frame("Releases", "releases", fleet), Map.of("releases", releases));
    }

    public String rollouts(String fleet, List<RolloutView> rollouts, List<ReleaseView> releases) {
        return page(
                "rollouts",
                frame("Rollouts", "rollouts", fleet),
                Map.of("rollouts", rollouts, "releases", releases));
    }

    private Frame frame(String title, String active, String fleet) {
        return new Frame(title, active, fleet, isDevelopment);
    }

    private String page(String template, Frame frame, Map<String, Object> values) {
        var all = new HashMap<>(values);
        all.put("frame", frame);
        var out = new StringOutput();
        templates.render(template + ".jte", all, out);
        return out.toString();
    }
}
