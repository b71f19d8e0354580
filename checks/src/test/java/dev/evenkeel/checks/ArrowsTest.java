// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The arrows of ARCHITECTURE.md: they point down only, and some things live in one module alone.
class ArrowsTest {
    private static final JavaClasses CODE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.evenkeel");

    /// Module -> modules that it may use. The same table stands in ARCHITECTURE.md.
    private static final Map<String, List<String>> ALLOWED =
            Map.ofEntries(
                    Map.entry("core", List.of()),
                    Map.entry("linux", List.of("core")),
                    Map.entry("trust", List.of("core")),
                    Map.entry("content", List.of("core", "linux")),
                    Map.entry("boot", List.of("core")),
                    Map.entry("image", List.of("core", "content", "boot")),
                    Map.entry("agent", List.of("core", "linux", "trust", "content", "boot")),
                    Map.entry("fleet", List.of("core")),
                    Map.entry("server", List.of("core", "trust", "content", "fleet")),
                    Map.entry(
                            "testkit",
                            List.of("core", "linux", "trust", "content", "boot", "agent")),
                    Map.entry(
                            "lab",
                            List.of(
                                    "core", "trust", "content", "boot", "image", "agent", "testkit",
                                    "server")));

    @TestFactory
    List<DynamicTest> a_module_uses_only_what_lies_below_it() {
        return ALLOWED.entrySet().stream()
                .map(module ->
                        DynamicTest.dynamicTest(
                                module.getKey(),
                                () -> {
                                    List<String> others =
                                            ALLOWED.keySet().stream()
                                                    .filter(other ->
                                                            !other.equals(module.getKey())
                                                                    && !module.getValue()
                                                                            .contains(other))
                                                    .map(other -> "dev.evenkeel." + other + "..")
                                                    .toList();
                                    noClasses()
                                            .that()
                                            .resideInAPackage(
                                                    "dev.evenkeel." + module.getKey() + "..")
                                            .should()
                                            .dependOnClassesThat()
                                            .resideInAnyPackage(others.toArray(String[]::new))
                                            .allowEmptyShould(true)
                                            .check(CODE);
                                }))
                .toList();
    }

    @Test
    void modules_have_no_cycles() {
        slices().matching("dev.evenkeel.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void only_fleet_sql_speaks_to_a_database() {
        noClasses()
                .that(not(resideInAnyPackage("dev.evenkeel.fleet.sql..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..", "javax.sql..", "org.jdbi..", "com.zaxxer..", "org.flywaydb..")
                .check(CODE);
    }

    @Test
    void only_the_server_has_a_web_framework() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.evenkeel.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "gg.jte..")
                .check(CODE);
    }

    @Test
    void what_runs_on_a_device_has_no_framework() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.evenkeel.agent..",
                        "dev.evenkeel.linux..",
                        "dev.evenkeel.trust..",
                        "dev.evenkeel.boot..",
                        "dev.evenkeel.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.evenkeel..",
                        "java..",
                        "javax.net..",
                        "javax.crypto..",
                        "javax.security..",
                        "com.sun.nio.file..",
                        "org.jspecify..",
                        "tools.jackson.core..",
                        "com.github.luben.zstd..")
                .check(CODE);
    }

    @Test
    void only_a_main_ends_the_process() {
        noClasses()
                .that(not(simpleName("Main")))
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(CODE);
    }
}
