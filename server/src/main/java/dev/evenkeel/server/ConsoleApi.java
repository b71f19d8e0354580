// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.Rollouts;
import dev.evenkeel.server.console.Pages;
import dev.evenkeel.server.console.Views;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The console's addresses: pages for people, and their few buttons.
final class ConsoleApi {
    private static final int FORM_BYTES = 16 << 10;
    private static final int SHOWN_EVENTS = 100;
    private static final Map<String, String> TYPES =
            Map.of(
                    "htmx.js", "text/javascript; charset=utf-8",
                    "console.js", "text/javascript; charset=utf-8",
                    "console.css", "text/css; charset=utf-8");

    private final Fleet fleet;
    private final String name;
    private final Pages pages;
    private final Guard guard;
    private final Logins logins;
    private final InstantSource clock;

    ConsoleApi(Fleet fleet, Pages pages, Guard guard, Logins logins, InstantSource clock) {
        this.fleet = fleet;
        this.name = fleet.id().text();
        this.pages = pages;
        this.guard = guard;
        this.logins = logins;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                page("/", _ -> Answer.html(pages.overview(name, Views.overview(fleet)))),
                page(
                        "/devices",
                        _ ->
                                Answer.html(
                                        pages.devices(
                                                name, Views.devices(fleet, clock.instant())))),
                page("/devices/{device}", this::device),
                page("/releases", _ -> Answer.html(pages.releases(name, Views.releases(fleet)))),
                page(
                        "/rollouts",
                        _ ->
                                Answer.html(
                                        pages.rollouts(
                                                name,
                                                Views.rollouts(fleet),
                                                Views.releases(fleet)))),
                button("/devices/{device}/clear-conflict", this::clearConflict),
                button("/rollouts", this::start),
                button("/rollouts/{rollout}/halt", this::halt),
                button("/rollouts/{rollout}/resume", this::resume),
                button("/logout", this::logout),
                Route.get("/login", Access.ANYBODY, _ -> Answer.html(pages.login(name, ""))),
                Route.of("POST", "/login", Access.ANYBODY, FORM_BYTES, this::login),
                Route.get("/assets/{file}", Access.ANYBODY, this::asset));
    }

    private static Route page(String pattern, Route.Handler handler) {
        return Route.get(pattern, Access.CONSOLE, handler);
    }

    private static Route button(String pattern, Route.Handler handler) {
        return Route.of("POST", pattern, Access.CONSOLE, FORM_BYTES, handler);
    }

    private Answer device(Request request) {
        DeviceId id = request.device();
        return Answer.html(
                pages.device(
                        name,
                        Views.device(
                                fleet.devices().show(id),
                                fleet.devices().timeline(id, SHOWN_EVENTS),
                                clock.instant())));
    }

    private Answer clearConflict(Request request) {
        fleet.devices().clearConflict(request.device());
        return Answer.seeOther("/devices/" + request.device());
    }

    private Answer start(Request request) {
        Map<String, String> form = request.form();
        fleet.rollouts()
                .start(
                        new Rollouts.Wanted(
                                fleet.releases()
                                        .show(
                                                new Version(form.getOrDefault("release", "")),
                                                Optional.empty()),
                                Optional.empty(),
                                new GroupName(form.getOrDefault("group", "")),
                                Evidence.SIGNED));
        return Answer.seeOther("/rollouts");
    }

    private Answer halt(Request request) {
        fleet.rollouts().halt(new RolloutId(request.path("rollout")), "halted in the console");
        return Answer.seeOther("/rollouts");
    }

    private Answer resume(Request request) {
        fleet.rollouts().resume(new RolloutId(request.path("rollout")), "");
        return Answer.seeOther("/rollouts");
    }

    private Answer login(Request request) {
        String token = request.form().getOrDefault("token", "").strip();
        if (!guard.isOperatorToken(token)) {
            return new Answer(
                    403,
                    Map.of("Content-Type", "text/html; charset=utf-8"),
                    Answer.html(pages.login(name, "That is not the operator token.")).body());
        }
        return Answer.seeOther("/")
                .with(
                        "Set-Cookie",
                        Guard.COOKIE
                                + "="
                                + logins.begin()
                                + "; Path=/; Secure; HttpOnly; SameSite=Strict");
    }

    private Answer logout(Request request) {
        Guard.cookie(request.headers()).ifPresent(logins::end);
        return Answer.seeOther("/login")
                .with("Set-Cookie", Guard.COOKIE + "=; Path=/; Max-Age=0; Secure; HttpOnly");
    }

    private Answer asset(Request request) throws IOException {
        String file = request.path("file");
        String type = TYPES.get(file);
        if (type == null) throw Problem.notFound("nothing is here");
        try (InputStream in = open(file)) {
            return Answer.bytes(type, in.readAllBytes()).with("Cache-Control", "max-age=3600");
        }
    }

    private static InputStream open(String file) {
        InputStream in =
                ConsoleApi.class.getResourceAsStream(
                        file.equals("htmx.js") ? "assets/htmx.min.js" : "assets/" + file);
        if (in == null) throw new IllegalStateException("asset " + file + " is not in the jar");
        return in;
    }
}
