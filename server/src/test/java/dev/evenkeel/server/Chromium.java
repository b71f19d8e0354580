// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The real browser, as the distribution packages it. What it complains about is kept: errors of
/// scripts, of the console, and violations of the content security policy.
final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final List<String> OPTIONS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync");
    private static final double PATIENCE_MILLIS = 30_000;

    final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Playwright playwright;
    private final Browser browser;

    Chromium() {
        if (!Files.isExecutable(PROGRAM)) {
            throw new AssertionError(
                    PROGRAM + " is missing; install it with: apt-get install -y chromium");
        }
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(PROGRAM)
                                        .setHeadless(true)
                                        .setArgs(OPTIONS));
    }

    /// A page in a browser that knows nothing yet.
    ///
    /// @param address of the server, whose certificate is of its own making
    Page open(String address, int width, int height, ColorScheme colours) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setBaseURL(address)
                                .setIgnoreHTTPSErrors(true)
                                .setColorScheme(colours)
                                .setViewportSize(width, height));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        context.addInitScript(
                "addEventListener('securitypolicyviolation', e => console.error("
                        + "'content security policy: ' + e.violatedDirective + ' ' + e.blockedURI))");
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) complaints.add(message.text());
        });
        page.onPageError(complaints::add);
        return page;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
