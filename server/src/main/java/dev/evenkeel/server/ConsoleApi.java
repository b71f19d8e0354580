// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.KeyCode;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetException;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.Rollouts;
import dev.evenkeel.server.console.Assets;
import dev.evenkeel.server.console.DeviceRows;
import dev.evenkeel.server.console.DeviceViews;
import dev.evenkeel.server.console.OverviewViews;
import dev.evenkeel.server.console.Pages;
import dev.evenkeel.server.console.ReleaseViews;
import dev.evenkeel.server.console.RolloutForm;
import dev.evenkeel.server.console.RolloutViews;
import dev.evenkeel.server.delta.DeltaQueue;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The console's addresses: pages for people, and their few buttons.
final class ConsoleApi {
    private static final int FORM_BYTES = 16 << 10;
    private static final int NOTE_CHARS = 200;

    private final Fleet fleet;
    private final Publishing publishing;
    private final DeltaQueue deltas;
    private final Assets assets = new Assets();
    private final Pages pages;
    private final Guard guard;
    private final Logins logins;
    private final InstantSource clock;

    ConsoleApi(
            Fleet fleet,
            Publishing publishing,
            DeltaQueue deltas,
            TrustFacts trust,
            Guard guard,
            Logins logins,
            InstantSource clock) {
        this.fleet = fleet;
        this.publishing = publishing;
        this.deltas = deltas;
        this.pages =
                new Pages(
                        fleet.id().text(), trust::isDevelopment, trust::warnings, assets.version());
        this.guard = guard;
        this.logins = logins;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                page("/", _ -> pages.overview(OverviewViews.overview(fleet, clock.instant()))),
                page("/devices", this::devices),
                page("/devices/{device}", this::device),
                page("/releases", _ -> pages.releases(ReleaseViews.list(fleet, clock.instant()))),
                page("/releases/{type}", this::difference),
                page("/releases/{type}/{release}", this::release),
                page("/rollouts", _ -> rollouts(RolloutForm.Chosen.NOTHING, "")),
                page("/rollouts/{rollout}", this::rollout),
                button("/devices/{device}/lift-quarantine", this::liftQuarantine),
                button("/devices/{device}/allow-download", this::allowDownload),
                button("/devices/{device}/revoke", this::revoke),
                button("/approve", this::approve),
                button("/rollouts", this::start),
                button("/rollouts/{rollout}/halt", this::halt),
                button("/rollouts/{rollout}/resume", this::resume),
                button("/rollouts/{rollout}/abort", this::abort),
                button("/logout", this::logout),
                Route.get("/login", Access.ANYBODY, _ -> Answer.html(pages.login(""))),
                Route.of("POST", "/login", Access.ANYBODY, FORM_BYTES, this::login),
                Route.get("/assets/{file}", Access.ANYBODY, this::asset));
    }

    @FunctionalInterface
    private interface Page {
        String write(Request request) throws IOException;
    }

    private Route page(String pattern, Page page) {
        return Route.get(
                pattern,
                Access.CONSOLE,
                request -> {
                    try {
                        return Answer.html(page.write(request));
                    } catch (MalformedInput | FleetException refused) {
                        return refusal(refused);
                    }
                });
    }

    private Route button(String pattern, Route.Handler handler) {
        return Route.of(
                "POST",
                pattern,
                Access.CONSOLE,
                FORM_BYTES,
                request -> {
                    try {
                        return handler.answer(request);
                    } catch (MalformedInput | FleetException refused) {
                        return refusal(refused);
                    }
                });
    }

    /// A person gets a page where a program gets a problem.
    private Answer refusal(RuntimeException refused) {
        return html(
                Web.problemOf(refused).status(),
                pages.refusal("overview", String.valueOf(refused.getMessage())));
    }

    private static Answer html(int status, String page) {
        Answer answer = Answer.html(page);
        return new Answer(status, answer.headers(), answer.body());
    }

    private String devices(Request request) {
        return pages.devices(
                DeviceRows.list(fleet, request.query("q").orElse(""), clock.instant()));
    }

    private String device(Request request) {
        return pages.device(
                DeviceViews.show(fleet, fleet.devices().show(request.device()), clock.instant()));
    }

    private String release(Request request) {
        return pages.release(
                ReleaseViews.show(
                        fleet,
                        release(request, request.path("release")),
                        deltas.steps(),
                        clock.instant()));
    }

    private String difference(Request request) throws IOException {
        Release before = release(request, request.query("from").orElse(""));
        Release after = release(request, request.query("to").orElse(""));
        Publishing.Cost cost = publishing.cost(before, after);
        return pages.difference(
                ReleaseViews.difference(fleet, before, after, cost.chunks(), cost.frameBytes()));
    }

    private Release release(Request request, String version) {
        return fleet.releases()
                .show(new Version(version), Optional.of(new DeviceType(request.path("type"))));
    }

    private String rollouts(RolloutForm.Chosen chosen, String fault) {
        return pages.rollouts(
                RolloutViews.list(fleet, clock.instant()), RolloutViews.form(fleet, chosen, fault));
    }

    private String rollout(Request request) {
        return pages.rollout(RolloutViews.show(fleet, rolloutId(request), clock.instant()));
    }

    private Answer approve(Request request) {
        String code = request.form().getOrDefault("code", "");
        fleet.enrolment().approve(KeyCode.typed(code), "by the console");
        return Answer.seeOther("/devices");
    }

    private Answer revoke(Request request) {
        fleet.devices().revoke(request.device(), note(request));
        return Answer.seeOther("/devices/" + request.device());
    }

    private Answer allowDownload(Request request) {
        fleet.devices().allowDownload(request.device(), Optional.empty());
        return Answer.seeOther("/devices/" + request.device());
    }

    private Answer liftQuarantine(Request request) {
        fleet.devices().liftQuarantine(request.device());
        return Answer.seeOther("/devices/" + request.device());
    }

    private Answer start(Request request) {
        Map<String, String> form = request.form();
        var chosen =
                new RolloutForm.Chosen(
                        form.getOrDefault("release", ""),
                        form.getOrDefault("channel", ""),
                        form.getOrDefault("group", ""),
                        form.getOrDefault("budget", ""),
                        form.getOrDefault("beyond", ""));
        try {
            return Answer.seeOther("/rollouts/" + start(chosen).id());
        } catch (MalformedInput | FleetException refused) {
            return html(
                    Web.problemOf(refused).status(),
                    rollouts(chosen, String.valueOf(refused.getMessage())));
        }
    }

    private Rollout start(RolloutForm.Chosen chosen) {
        String[] release = chosen.release().split("/", 2);
        if (release.length < 2) throw new MalformedInput("choose a release");
        return fleet.rollouts()
                .start(
                        new Rollouts.Wanted(
                                fleet.releases()
                                        .show(
                                                new Version(release[1]),
                                                Optional.of(new DeviceType(release[0]))),
                                chosen.channel().isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(new Channel(chosen.channel())),
                                new GroupName(chosen.group()),
                                Evidence.SIGNED,
                                chosen.asBudget()));
    }

    private Answer halt(Request request) {
        return Answer.seeOther(
                "/rollouts/" + fleet.rollouts().halt(rolloutId(request), note(request)).id());
    }

    private Answer resume(Request request) {
        return Answer.seeOther(
                "/rollouts/" + fleet.rollouts().resume(rolloutId(request), note(request)).id());
    }

    private Answer abort(Request request) {
        return Answer.seeOther(
                "/rollouts/" + fleet.rollouts().abort(rolloutId(request), note(request)).id());
    }

    private static RolloutId rolloutId(Request request) {
        return new RolloutId(request.path("rollout"));
    }

    /// Why somebody presses the button, on one line.
    private static String note(Request request) {
        String text = request.form().getOrDefault("note", "").replaceAll("\\p{Cntrl}", " ").strip();
        return text.substring(0, Math.min(NOTE_CHARS, text.length()));
    }

    private Answer login(Request request) {
        String token = request.form().getOrDefault("token", "").strip();
        try {
            if (!guard.isOperatorToken(token, request.peer().address())) {
                return html(403, pages.login("That is not the operator token of this server."));
            }
        } catch (Problem tooMany) {
            Answer refused = tooMany.answer();
            return html(refused.status(), pages.login(String.valueOf(tooMany.getMessage())))
                    .with("Retry-After", refused.headers().getOrDefault("Retry-After", "60"));
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

    private Answer asset(Request request) {
        Assets.Asset asset =
                assets.find(request.path("file"))
                        .orElseThrow(() -> Problem.notFound("nothing is here"));
        // the link names the version, so what it led to once it leads to for ever
        boolean isVersioned = request.query("v").filter(assets.version()::equals).isPresent();
        return Answer.bytes(asset.type(), asset.bytes())
                .with(
                        "Cache-Control",
                        isVersioned ? "public, max-age=31536000, immutable" : "no-cache");
    }
}
