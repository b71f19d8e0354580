// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PackageListTest {
    private final PackageList older =
            new PackageList(List.of(entry("bash", "5.2"), entry("curl", "8.1"), entry("vim", "9")));
    private final PackageList newer =
            new PackageList(
                    List.of(entry("bash", "5.2"), entry("curl", "8.2"), entry("jq", "1.7")));

    @Test
    void a_difference_names_what_came_went_and_changed() {
        PackageList.Difference difference = older.to(newer);
        assertThat(difference.added()).containsExactly(new PackageList.Change("jq", "", "1.7"));
        assertThat(difference.removed()).containsExactly(new PackageList.Change("vim", "9", ""));
        assertThat(difference.changed())
                .containsExactly(new PackageList.Change("curl", "8.1", "8.2"));
    }

    @Test
    void the_digest_does_not_depend_on_the_order() {
        var shuffled =
                new PackageList(
                        List.of(entry("vim", "9"), entry("curl", "8.1"), entry("bash", "5.2")));
        assertThat(shuffled.digest()).isEqualTo(older.digest());
        assertThat(PackageList.read(older.toJson())).isEqualTo(older);
    }

    private static PackageList.Entry entry(String name, String version) {
        return new PackageList.Entry(name, version);
    }
}
