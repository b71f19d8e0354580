// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.evenkeel.core.RolloutId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console in a real browser, against a real server and devices that speak the real protocol.
class ConsoleBrowserTest {
    private static final double PATIENCE_MILLIS = 30_000;

    @TempDir static Path folder;
    private static RunningServer home;
    private static Chromium chromium;
    private static TestRelease first;
    private static TestRelease second;

    @BeforeAll
    static void start() throws IOException {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        home = new RunningServer(folder.resolve("data"));
        first = TestRelease.build(folder.resolve("1.1"), "1.1", "5.1");
        second = TestRelease.build(folder.resolve("1.2"), "1.2", "5.2");
        chromium = new Chromium();
    }

    @AfterAll
    static void stop() {
        if (chromium != null) chromium.close();
        if (home != null) home.close();
    }

    @BeforeEach
    void forgive() {
        chromium.complaints.clear();
    }

    /// Errors of scripts and violations of the content security policy fail every test.
    @AfterEach
    void the_browser_has_nothing_to_complain_about() {
        assertThat(chromium.complaints).isEmpty();
    }

    private static Page open(int width, int height, ColorScheme colours) {
        return chromium.open(home.server.address().toString(), width, height, colours);
    }

    private static Page loggedIn() {
        Page page = open(1280, 900, ColorScheme.LIGHT);
        logIn(page);
        return page;
    }

    private static void logIn(Page page) {
        page.navigate("/login");
        page.getByLabel("Operator token").fill(home.server.operatorToken());
        button(page, "Log in").click();
        isLive(page);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void isLive(Page page) {
        assertThat(page.locator("#live")).hasText("live");
    }

    /// Starts a rollout by the form and answers its id.
    private static RolloutId startRollout(Page page, String release) {
        page.navigate("/rollouts");
        page.getByLabel("Release").selectOption("qemu-x86/" + release);
        page.getByLabel("Channel").selectOption("dev");
        page.getByLabel("Group").selectOption("all");
        button(page, "Start rollout").click();
        page.waitForURL("**/rollouts/r-*");
        return new RolloutId(page.url().substring(page.url().lastIndexOf('/') + 1));
    }

    @Test
    void a_wrong_token_is_refused_and_the_right_one_opens_until_logout() {
        Page page = open(1280, 900, ColorScheme.LIGHT);
        page.navigate("/devices");
        assertThat(page).hasURL(home.server.address() + "/login");
        assertThat(page.locator(".dev")).containsText("DEV");
        page.getByLabel("Operator token").fill("operator.home.guessed");
        button(page, "Log in").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("not the operator token");
        // the refusal is the one error that the browser may report
        assertThat(chromium.complaints).allMatch(told -> told.contains("403")).hasSize(1);
        chromium.complaints.clear();

        logIn(page);
        assertThat(page.locator("h1")).hasText("Overview");
        button(page, "Log out").click();
        assertThat(page).hasURL(home.server.address() + "/login");
        page.navigate("/devices");
        assertThat(page).hasURL(home.server.address() + "/login");
        page.context().close();
    }

    @Test
    void an_open_page_follows_an_update_to_its_signed_end_without_a_reload() throws IOException {
        home.publish(first);
        FakeAgent device = home.device();
        device.checksIn();
        Page page = loggedIn();
        RolloutId rollout = startRollout(page, "1.1");

        page.navigate("/devices/" + device.id);
        isLive(page);
        page.evaluate("window.wasNeverReloaded = true");
        var update = new SimulatedUpdate(device, rollout, first);
        update.downloads(43);
        Locator state = page.locator(".subject .chip");
        assertThat(state).hasText("downloading");
        assertThat(page.locator(".slots [data-kind=writing]")).containsText("being written, 43 %");
        assertThat(page.locator(".steps [aria-current=step]")).hasText("downloading");
        page.locator(".dev summary").click();
        update.reboots();
        assertThat(state).hasText("rebooting");
        update.tries();
        assertThat(state).hasText("checking");
        assertThat(page.locator(".slots [data-kind=trial]")).containsText("running on trial");
        update.commits();
        assertThat(state).hasText("succeeded");
        assertThat(page.locator(".reports")).containsText("1.1 committed");
        assertThat(page.locator(".reports")).containsText("signed");
        assertThat(page.locator("main")).containsText("proved by a boot report");
        page.locator(".reports summary").first().click();
        assertThat(page.locator(".reports pre").first()).containsText("payloadType");
        // what a person opened stays open, and the page is the same one all the time
        device.checksIn();
        assertThat(page.locator(".reports details").first()).hasAttribute("open", "");
        assertThat(page.locator(".dev details")).hasAttribute("open", "");
        assertThat(page.evaluate("window.wasNeverReloaded")).isEqualTo(true);
        page.context().close();
    }

    @Test
    void the_overview_counts_what_is_true_and_names_who_needs_attention() throws IOException {
        home.publish(first);
        FakeAgent device = home.device();
        device.checksIn();
        Page page = loggedIn();
        RolloutId rollout = startRollout(page, "1.1");
        page.navigate("/");
        isLive(page);
        var before = device.running;
        new SimulatedUpdate(device, rollout, first)
                .downloads(90)
                .reboots()
                .tries()
                .rollsBack(before, "required check 20-network.sh failed");
        Locator line = page.locator(".attention li").filter(withText(device.id.text()));
        assertThat(line).containsText("rolled back");
        assertThat(line).containsText("required check 20-network.sh failed");
        assertThat(page.locator("svg.states").first())
                .hasAttribute("aria-label", java.util.regex.Pattern.compile("rolled back"));
        page.context().close();
    }

    private static Locator.FilterOptions withText(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    @Test
    void a_rollout_is_halted_resumed_and_aborted_only_after_a_question() throws IOException {
        home.publish(first);
        Page page = loggedIn();
        RolloutId rollout = startRollout(page, "1.1");
        page.getByText("Halt ...").focus();
        page.keyboard().press("Enter");
        assertThat(button(page, "Halt rollout " + rollout)).isVisible();
        page.keyboard().press("Escape");
        assertThat(button(page, "Halt rollout " + rollout)).isHidden();
        page.keyboard().press("Enter");
        page.getByLabel("Why (shown to everybody)").fill("the vans are on the road");
        button(page, "Halt rollout " + rollout).click();
        assertThat(page.locator(".subject .chip")).hasText("halted");
        assertThat(page.locator("main")).containsText("the vans are on the road");
        page.getByText("Resume ...").click();
        button(page, "Resume rollout " + rollout).click();
        assertThat(page.locator(".subject .chip")).hasText("running");
        page.getByText("Abort ...").click();
        page.getByLabel("Why it ends (shown to everybody)").fill("1.2 is better");
        button(page, "Abort rollout " + rollout).click();
        assertThat(page.locator(".subject .chip")).hasText("aborted");
        assertThat(page.locator("main")).containsText("1.2 is better");
        assertThat(page.locator("details.confirm")).hasCount(0);
        page.context().close();
    }

    @Test
    void a_search_keeps_its_text_and_focus_while_devices_change() throws IOException {
        FakeAgent sought = home.device();
        sought.checksIn();
        home.device().checksIn();
        Page page = loggedIn();
        page.navigate("/devices");
        isLive(page);
        Locator field = page.getByLabel("Find devices by id");
        field.pressSequentially(sought.id.text());
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.evaluate(
                "document.body.addEventListener('htmx:afterSettle',"
                        + " () => document.body.dataset.refreshed = 'yes')");
        sought.checksIn();
        assertThat(page.locator("body")).hasAttribute("data-refreshed", "yes");
        assertThat(field).isFocused();
        assertThat(field).hasValue(sought.id.text());
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.context().close();
    }

    @Test
    void a_dropped_connection_is_told_and_mends_by_itself() throws IOException {
        FakeAgent device = home.device();
        device.checksIn();
        try (var line = new CutLine(home.server.port())) {
            Page page = chromium.open(line.address(), 1280, 900, ColorScheme.LIGHT);
            logIn(page);
            page.navigate("/devices/" + device.id);
            isLive(page);
            line.cut();
            assertThat(page.locator("#live")).containsText("live updates paused");
            device.boots(first.manifest().version().text(), first.digest());
            device.checksIn();
            line.mend();
            isLive(page);
            assertThat(page.locator(".timeline")).containsText("booted 1.1 in slot B");
            page.context().close();
        }
        // the browser reports the cut itself
        assertThat(chromium.complaints).allMatch(told -> told.contains("net::ERR_"));
        chromium.complaints.clear();
    }

    @Test
    void every_page_fits_a_phone_and_passes_axe_in_light_and_dark() throws IOException {
        home.publish(first);
        home.publish(second);
        FakeAgent device = home.device();
        device.checksIn();
        RolloutId rollout = new RolloutId(home.rollOut("1.2").text("rollout"));
        new SimulatedUpdate(device, rollout, second).downloads(12);
        List<String> paths =
                List.of(
                        "/",
                        "/devices",
                        "/devices/" + device.id,
                        "/releases",
                        "/releases/qemu-x86/1.2",
                        "/releases/qemu-x86?from=1.1&to=1.2",
                        "/rollouts",
                        "/rollouts/" + rollout);
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Page page = open(390, 844, colours);
            page.navigate("/login");
            isWellMade(page);
            logIn(page);
            for (String path : paths) {
                page.navigate(path);
                isLive(page);
                assertThat(page.locator(".dev")).containsText("DEV");
                isWellMade(page);
            }
            page.context().close();
        }
    }

    private static void isWellMade(Page page) throws IOException {
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("%s fits the width of a phone", page.url())
                .isEqualTo(true);
        page.evaluate(axe());
        Object violations =
                page.evaluate(
                        "axe.run().then(all => all.violations.map(v =>"
                                + " v.id + ': ' + v.nodes.map(n => n.target).join(', ')).join('; '))");
        assertThat(violations).as("accessibility of %s", page.url()).isEqualTo("");
    }

    private static String axe() throws IOException {
        try (InputStream in = ConsoleBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) throw new AssertionError("axe-core is not on the class path");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void the_difference_of_two_releases_names_packages_and_bytes() throws IOException {
        home.publish(first);
        home.publish(second);
        Page page = loggedIn();
        page.navigate("/releases");
        page.getByText("with 1.1").click();
        assertThat(page.locator(".figure")).containsText("A device that runs 1.1 downloads");
        assertThat(page.locator("tbody tr").filter(withText("bash"))).containsText("changed");
        assertThat(page.locator("tbody tr").filter(withText("bash"))).containsText("5.2");
        page.context().close();
    }
}
