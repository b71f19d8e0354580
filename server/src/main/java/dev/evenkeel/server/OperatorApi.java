// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.GroupName;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.Rollouts;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// What operators and their tools ask for: devices, releases, rollouts, groups. Described in
/// `openapi.json`, which a test holds against these routes.
final class OperatorApi {
    private static final int BODY_BYTES = 64 << 10;
    private static final int TIMELINE_EVENTS = 50;
    private static final int MOST_EVENTS = 1_000;

    private final Fleet fleet;
    private final Publishing publishing;
    private final ServedBytes served;

    OperatorApi(Fleet fleet, Publishing publishing, ServedBytes served) {
        this.fleet = fleet;
        this.publishing = publishing;
        this.served = served;
    }

    List<Route> routes() {
        return List.of(
                get("/api/v1/devices", this::devices),
                get("/api/v1/devices/{device}", this::device),
                get("/api/v1/devices/{device}/timeline", this::timeline),
                get("/api/v1/devices/{device}/boot-reports", this::reports),
                post("/api/v1/devices/{device}/lift-quarantine", this::liftQuarantine),
                post("/api/v1/devices/{device}/revoke", this::revoke),
                get("/api/v1/releases", this::releases),
                get("/api/v1/releases/{release}", this::release),
                get("/api/v1/releases/{release}/diff", this::difference),
                get("/api/v1/groups", this::groups),
                get("/api/v1/groups/{group}", this::group),
                of("PUT", "/api/v1/groups/{group}", this::putGroup),
                of("PUT", "/api/v1/groups/{group}/devices/{device}", this::addToGroup),
                of("DELETE", "/api/v1/groups/{group}/devices/{device}", this::removeFromGroup),
                get("/api/v1/rollouts", this::rollouts),
                post("/api/v1/rollouts", this::startRollout),
                get("/api/v1/rollouts/{rollout}", this::rollout),
                post(
                        "/api/v1/rollouts/{rollout}/halt",
                        request -> change(request, fleet.rollouts()::halt)),
                post(
                        "/api/v1/rollouts/{rollout}/resume",
                        request -> change(request, fleet.rollouts()::resume)),
                post(
                        "/api/v1/rollouts/{rollout}/abort",
                        request -> change(request, fleet.rollouts()::abort)));
    }

    private static Route get(String pattern, Route.Handler handler) {
        return Route.get(pattern, Access.OPERATOR, handler);
    }

    private static Route post(String pattern, Route.Handler handler) {
        return of("POST", pattern, handler);
    }

    private static Route of(String method, String pattern, Route.Handler handler) {
        return Route.of(method, pattern, Access.OPERATOR, BODY_BYTES, handler);
    }

    private Answer devices(Request request) {
        return Answer.json(
                JsonObject.of("devices", Views.list(fleet.devices().list(), this::view)));
    }

    private JsonObject view(DeviceStatus status) {
        return Views.device(status, served.payload(status.device().id()));
    }

    private Answer device(Request request) {
        DeviceId device = request.device();
        return Answer.json(
                view(fleet.devices().show(device))
                        .with(
                                "timeline",
                                Views.list(
                                        fleet.devices().timeline(device, TIMELINE_EVENTS),
                                        Views::event)));
    }

    private Answer timeline(Request request) {
        return Answer.json(
                JsonObject.of(
                        "timeline",
                        Views.list(
                                fleet.devices().timeline(request.device(), limit(request)),
                                Views::event)));
    }

    private Answer reports(Request request) {
        fleet.devices().show(request.device());
        return Answer.json(
                JsonObject.of(
                        "boot_reports",
                        Views.list(
                                fleet.reports(request.device(), limit(request)),
                                envelope -> StrictJson.parseObject(envelope, envelope.length))));
    }

    private Answer liftQuarantine(Request request) {
        return Answer.json(view(fleet.devices().liftQuarantine(request.device())));
    }

    private Answer revoke(Request request) {
        String why = request.json().optionalText("reason").orElse("");
        return Answer.json(view(fleet.devices().revoke(request.device(), why)));
    }

    private Answer releases(Request request) {
        return Answer.json(
                JsonObject.of("releases", Views.list(fleet.releases().list(), Views::release)));
    }

    private Answer release(Request request) {
        Release release = releaseOf(fleet, request, request.path("release"));
        return Answer.json(
                Views.release(release).withAll(fleet.releases().packages(release).toJson()));
    }

    /// How a release differs from another one: packages, and what a device must fetch.
    private Answer difference(Request request) throws IOException {
        Step step = Step.of(fleet, request);
        Release before = step.before();
        Release after = step.after();
        Publishing.Cost cost = publishing.cost(before, after);
        return Answer.json(
                JsonObject.of("from", before.version().text())
                        .with("to", after.version().text())
                        .with(
                                "packages",
                                Views.difference(
                                        fleet.releases()
                                                .packages(before)
                                                .to(fleet.releases().packages(after))))
                        .with("new_chunks", cost.chunks())
                        .with("download_bytes", cost.frameBytes())
                        .with("new_raw_bytes", cost.rawBytes())
                        .with("image_bytes", after.imageBytes()));
    }

    /// From the release that `?from=` names to that of the path.
    record Step(Release before, Release after) {
        static Step of(Fleet fleet, Request request) {
            String from =
                    request.query("from")
                            .orElseThrow(() -> Problem.badRequest("?from= must name a release"));
            return new Step(
                    releaseOf(fleet, request, from),
                    releaseOf(fleet, request, request.path("release")));
        }
    }

    private static Release releaseOf(Fleet fleet, Request request, String version) {
        return fleet.releases()
                .show(new Version(version), request.query("device_type").map(DeviceType::new));
    }

    private Answer groups(Request request) {
        return Answer.json(
                JsonObject.of("groups", Views.list(fleet.groups().list(), Views::group)));
    }

    private Answer group(Request request) {
        return Answer.json(Views.group(fleet.groups().show(groupName(request))));
    }

    private Answer putGroup(Request request) {
        var members = new HashSet<DeviceId>();
        for (String text : request.json().array("devices").texts()) members.add(new DeviceId(text));
        return Answer.json(Views.group(fleet.groups().put(groupName(request), members)));
    }

    private Answer addToGroup(Request request) {
        return Answer.json(Views.group(fleet.groups().add(groupName(request), request.device())));
    }

    private Answer removeFromGroup(Request request) {
        return Answer.json(
                Views.group(fleet.groups().remove(groupName(request), request.device())));
    }

    private static GroupName groupName(Request request) {
        return new GroupName(request.path("group"));
    }

    private Answer rollouts(Request request) {
        return Answer.json(
                JsonObject.of(
                        "rollouts",
                        Views.list(
                                fleet.rollouts().list(),
                                rollout -> Views.rollout(fleet.rollouts().status(rollout.id())))));
    }

    private Answer rollout(Request request) {
        return Answer.json(Views.rollout(fleet.rollouts().status(rolloutId(request))));
    }

    private Answer startRollout(Request request) {
        JsonObject wanted = request.json();
        Release release =
                fleet.releases()
                        .show(
                                new Version(wanted.text("release")),
                                wanted.optionalText("device_type").map(DeviceType::new));
        Rollout rollout =
                fleet.rollouts()
                        .start(
                                new Rollouts.Wanted(
                                        release,
                                        wanted.optionalText("channel").map(Channel::new),
                                        wanted.optionalText("group")
                                                .map(GroupName::new)
                                                .orElse(GroupName.ALL),
                                        Evidence.SIGNED,
                                        wanted.optionalObject("budget").map(BudgetApi::read)));
        return Answer.json(201, Views.rollout(fleet.rollouts().status(rollout.id())));
    }

    @FunctionalInterface
    private interface Change {
        Rollout apply(RolloutId rollout, String note);
    }

    private Answer change(Request request, Change change) {
        String note = request.json().optionalText("note").orElse("");
        Rollout rollout = change.apply(rolloutId(request), note);
        return Answer.json(Views.rollout(fleet.rollouts().status(rollout.id())));
    }

    private static RolloutId rolloutId(Request request) {
        return new RolloutId(request.path("rollout"));
    }

    private static int limit(Request request) {
        Optional<String> asked = request.query("limit");
        if (asked.isEmpty()) return TIMELINE_EVENTS;
        if (!asked.get().matches("[1-9][0-9]{0,3}")) {
            throw new MalformedInput("limit: expected 1 to " + MOST_EVENTS);
        }
        return Math.min(Integer.parseInt(asked.get()), MOST_EVENTS);
    }
}
