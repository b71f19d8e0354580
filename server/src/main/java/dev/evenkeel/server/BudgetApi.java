// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.fleet.Budget;
import dev.evenkeel.fleet.BudgetHolder;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.GroupName;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What updates may fetch over the network, and what an operator allows beyond it.
final class BudgetApi {
    private static final int BODY_BYTES = 4 << 10;
    private static final String GROUP = "/api/v1/groups/{group}/budget";
    private static final String DEVICE = "/api/v1/devices/{device}/budget";

    private final Fleet fleet;
    private final ServedBytes served;

    BudgetApi(Fleet fleet, ServedBytes served) {
        this.fleet = fleet;
        this.served = served;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/budgets", Access.OPERATOR, this::list),
                of("PUT", GROUP, request -> set(request, group(request))),
                of("DELETE", GROUP, request -> remove(group(request))),
                of("PUT", DEVICE, request -> set(request, device(request))),
                of("DELETE", DEVICE, request -> remove(device(request))),
                of("POST", "/api/v1/devices/{device}/allow-download", this::allow));
    }

    private static Route of(String method, String pattern, Route.Handler handler) {
        return Route.of(method, pattern, Access.OPERATOR, BODY_BYTES, handler);
    }

    private static BudgetHolder group(Request request) {
        return new BudgetHolder.OfGroup(new GroupName(request.path("group")));
    }

    private static BudgetHolder device(Request request) {
        return new BudgetHolder.OfDevice(request.device());
    }

    private Answer list(Request request) {
        return Answer.json(
                JsonObject.of(
                        "budgets",
                        Views.list(
                                fleet.budgets().list().entrySet().stream()
                                        .sorted(byHolder())
                                        .toList(),
                                BudgetApi::view)));
    }

    private static Comparator<Map.Entry<BudgetHolder, Budget>> byHolder() {
        Function<Map.Entry<BudgetHolder, Budget>, String> name = one -> one.getKey().toString();
        return Comparator.comparing(name);
    }

    private static JsonObject view(Map.Entry<BudgetHolder, Budget> one) {
        JsonObject budget = Views.budget(one.getValue());
        return switch (one.getKey()) {
            case BudgetHolder.OfGroup(GroupName group) -> budget.with("group", group.text());
            case BudgetHolder.OfDevice(DeviceId device) -> budget.with("device", device.text());
        };
    }

    private Answer set(Request request, BudgetHolder holder) {
        Budget budget = read(request.json());
        fleet.budgets().set(holder, budget);
        return Answer.json(Views.budget(budget));
    }

    static Budget read(JsonObject json) {
        return new Budget(
                json.size("bytes"),
                json.optionalText("beyond")
                        .map(FetchBudget.Beyond::parse)
                        .orElse(FetchBudget.Beyond.ASK));
    }

    private Answer remove(BudgetHolder holder) {
        fleet.budgets().remove(holder);
        return Answer.json(JsonObject.EMPTY);
    }

    private Answer allow(Request request) {
        JsonObject json = request.json();
        Optional<Long> bytes =
                json.has("bytes") ? Optional.of(json.size("bytes")) : Optional.empty();
        DeviceId device = request.device();
        return Answer.json(
                Views.device(fleet.devices().allowDownload(device, bytes), served.payload(device)));
    }
}
