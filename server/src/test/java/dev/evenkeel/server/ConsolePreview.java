// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Serves a prepared fleet to look at, until it is stopped. With a folder as argument it takes
/// pictures of every page instead: the one in `docs/pictures` is `light-overview.png` of them.
public final class ConsolePreview {
    private static final long POLL_NANOS = 1_000_000_000;

    private ConsolePreview() {}

    public static void main(String[] arguments) throws IOException {
        try (var fleet = new PreviewFleet(Files.createTempDirectory("evenkeel-preview"))) {
            if (arguments.length > 0) {
                settle(fleet);
                pictures(fleet, Path.of(arguments[0]));
                return;
            }
            System.out.println(
                    fleet.home.server.address() + " " + fleet.home.server.operatorToken());
            while (true) {
                fleet.poll();
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    /// Long enough that the silent device is missed.
    private static void settle(PreviewFleet fleet) throws IOException {
        for (int i = 0; i < 8; i++) {
            fleet.poll();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void pictures(PreviewFleet fleet, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var chromium = new Chromium()) {
            String address = fleet.home.server.address().toString();
            shoot(fleet, chromium.open(address, 1280, 1240, ColorScheme.LIGHT), folder, "light");
            shoot(fleet, chromium.open(address, 1280, 860, ColorScheme.DARK), folder, "dark");
            shoot(fleet, chromium.open(address, 390, 844, ColorScheme.LIGHT), folder, "phone");
            if (!chromium.complaints.isEmpty()) throw new AssertionError(chromium.complaints);
        }
    }

    private static void shoot(PreviewFleet fleet, Page page, Path folder, String name)
            throws IOException {
        page.navigate("/login");
        picture(page, folder.resolve(name + "-login.png"), false);
        page.getByLabel("Operator token").fill(fleet.home.server.operatorToken());
        page.getByText("Log in").last().click();
        page.waitForURL("**/");
        for (String[] one : pages(fleet)) {
            fleet.poll();
            page.navigate(one[1]);
            page.locator("#live[data-live=on]").waitFor();
            picture(page, folder.resolve(name + "-" + one[0] + ".png"), !one[0].equals("overview"));
        }
        page.context().close();
    }

    private static List<String[]> pages(PreviewFleet fleet) {
        var pages = new ArrayList<String[]>();
        pages.add(new String[] {"overview", "/"});
        pages.add(new String[] {"devices", "/devices"});
        pages.add(new String[] {"downloading", "/devices/" + fleet.devices.get(6).id});
        pages.add(new String[] {"asks", "/devices/" + fleet.devices.get(7).id});
        pages.add(new String[] {"rolledback", "/devices/" + fleet.devices.get(9).id});
        pages.add(new String[] {"trial", "/devices/" + fleet.devices.get(4).id});
        pages.add(new String[] {"quarantine", "/devices/" + fleet.devices.get(12).id});
        pages.add(new String[] {"broken", "/devices/" + fleet.devices.get(13).id});
        pages.add(new String[] {"releases", "/releases"});
        pages.add(new String[] {"release", "/releases/qemu-x86/1.2"});
        pages.add(new String[] {"difference", "/releases/qemu-x86?from=1.1&to=1.2"});
        pages.add(new String[] {"rollouts", "/rollouts"});
        pages.add(new String[] {"rollout", "/rollouts/r-2"});
        return pages;
    }

    private static void picture(Page page, Path file, boolean isWhole) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(isWhole));
    }
}
