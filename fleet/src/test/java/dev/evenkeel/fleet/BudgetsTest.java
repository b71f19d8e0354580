// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.core.message.FetchBudget.Beyond;
import dev.evenkeel.core.message.FetchTerms;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.fleet.FleetFixture.FakeDevice;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BudgetsTest {
    private static final GroupName LTE = new GroupName("lte");
    private static final Optional<Long> AS_ASKED = Optional.empty();

    private final FleetFixture home = new FleetFixture(new MemoryFleetRepository());

    private static FetchTerms terms(FakeDevice device) {
        return device.checksIn().assignment().orElseThrow().terms();
    }

    private Rollout rollOut(Budget budget) {
        return home.fleet
                .rollouts()
                .start(
                        new Rollouts.Wanted(
                                home.publish("1.1"),
                                Optional.empty(),
                                GroupName.ALL,
                                Evidence.SIGNED,
                                Optional.of(budget)));
    }

    @Test
    void an_update_has_no_terms_where_nobody_set_any() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        assertThat(terms(device)).isEqualTo(FetchTerms.FREE);
    }

    @Test
    void all_budgets_of_a_device_hold_together_and_say_whose_they_are() {
        FakeDevice device = home.device();
        home.fleet.groups().put(LTE, Set.of(device.id));
        home.fleet.budgets().set(new BudgetHolder.OfGroup(LTE), new Budget(20, Beyond.WAIT));
        home.fleet
                .budgets()
                .set(new BudgetHolder.OfDevice(device.id), new Budget(30, Beyond.REFUSE));
        Rollout rollout = rollOut(new Budget(10, Beyond.ASK));
        assertThat(terms(device).budgets())
                .containsExactly(
                        new FetchBudget("rollout " + rollout.id(), 10, Beyond.ASK),
                        new FetchBudget("group lte", 20, Beyond.WAIT),
                        new FetchBudget("this device", 30, Beyond.REFUSE));
        FakeDevice other = home.device();
        assertThat(terms(other).budgets()).hasSize(1);
    }

    @Test
    void of_budgets_that_do_the_same_the_smallest_is_told() {
        FakeDevice device = home.device();
        home.fleet
                .budgets()
                .set(new BudgetHolder.OfGroup(GroupName.ALL), new Budget(5, Beyond.ASK));
        rollOut(new Budget(10, Beyond.ASK));
        assertThat(terms(device).budgets())
                .containsExactly(new FetchBudget("group all", 5, Beyond.ASK));
    }

    @Test
    void an_operator_allows_what_a_device_asks_for_and_it_is_on_its_timeline() {
        FakeDevice device = home.device();
        Rollout rollout = rollOut(new Budget(10, Beyond.ASK));
        device.checksIn();
        device.tells(Stage.PLANNED, "1.1", rollout.id())
                .plans(
                        new DownloadPlan(
                                DownloadPlan.Way.FULL,
                                83_000_000,
                                0,
                                DownloadPlan.Decision.ASK,
                                "no delta"))
                .checksIn();
        home.fleet.devices().allowDownload(device.id, AS_ASKED);
        assertThat(terms(device).allowedBytes()).isEqualTo(83_000_000);
        assertThat(home.fleet.devices().timeline(device.id, 10))
                .extracting(DeviceEvent::text)
                .contains("may fetch 83000000 bytes for 1.1, whatever its budgets are");
    }

    @Test
    void nothing_is_allowed_to_a_device_that_does_nothing_or_has_not_said_what_it_needs() {
        FakeDevice device = home.device();
        assertThatThrownBy(() -> home.fleet.devices().allowDownload(device.id, AS_ASKED))
                .isInstanceOf(FleetException.Contradiction.class)
                .hasMessageContaining("has no update under way");
        home.rollOut("1.1");
        device.checksIn();
        assertThatThrownBy(() -> home.fleet.devices().allowDownload(device.id, AS_ASKED))
                .hasMessageContaining("did not say yet what its update needs");
    }

    @Test
    void a_budget_goes_and_a_stranger_gets_none() {
        FakeDevice device = home.device();
        var holder = new BudgetHolder.OfDevice(device.id);
        home.fleet.budgets().set(holder, new Budget(5, Beyond.ASK));
        home.fleet.budgets().remove(holder);
        home.rollOut("1.1");
        assertThat(terms(device)).isEqualTo(FetchTerms.FREE);
        assertThatThrownBy(() -> home.fleet.budgets().remove(holder))
                .isInstanceOf(FleetException.Unknown.class);
        assertThatThrownBy(() ->
                        home.fleet
                                .budgets()
                                .set(new BudgetHolder.OfGroup(LTE), new Budget(5, Beyond.ASK)))
                .isInstanceOf(FleetException.Unknown.class);
    }

    @Test
    void a_device_that_has_not_begun_waits_for_what_is_being_prepared() {
        FakeDevice device = home.device();
        home.rollOut("1.1");
        home.fleet.await((_, _) -> Optional.of("the delta is being made"));
        assertThat(device.checksIn().assignment()).isEmpty();
        assertThat(device.status().waitsFor()).contains("the delta is being made");
        assertThat(device.status().desired()).isPresent();

        home.fleet.await(Preparation.NONE);
        assertThat(device.checksIn().assignment()).isPresent();

        home.fleet.await((_, _) -> Optional.of("another one is being made"));
        assertThat(device.checksIn().assignment()).as("it has begun").isPresent();
    }
}
