// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentRootTest {
    private static final LockedFile JAR = file("agent.jar", "1");
    private static final LockedFile AOT = file("agent.aot", "1");

    @Test
    void another_jar_needs_another_archive() throws IOException {
        assertThat(AgentRoot.inputs(lock(file("agent.jar", "2"), Optional.empty())))
                .isNotEqualTo(AgentRoot.inputs(lock(JAR, Optional.empty())));
    }

    @Test
    void the_archive_that_a_lock_has_already_makes_no_difference() throws IOException {
        Lock with = lock(JAR, Optional.of(AOT));
        assertThat(AgentRoot.inputs(with)).isEqualTo(AgentRoot.inputs(lock(JAR, Optional.empty())));
        assertThat(with.withoutAotCache()).isEqualTo(lock(JAR, Optional.empty()));
    }

    private static LockedFile file(String name, String content) {
        return new LockedFile(name, content.length(), Digest.of(content.getBytes(UTF_8)));
    }

    private static Lock lock(LockedFile jar, Optional<LockedFile> aot) {
        return new Lock(
                "box", List.of(), List.of(), List.of(), List.of(), List.of(), List.of(jar), aot);
    }
}
