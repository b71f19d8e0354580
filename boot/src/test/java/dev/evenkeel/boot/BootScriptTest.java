// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the boot script as it ships beside [Bootloader]. Its language is a subset of the shell's,
/// so a POSIX shell runs it, with U-Boot's commands as functions (`boot-script-harness.sh`):
/// thousands of records in a second. The real U-Boot runs it in the `UbootTest` of module lab.
class BootScriptTest {
    private static final Map<String, String> BROKEN = Map.of();

    @TempDir Path folder;

    /// Two copies as they stand on the disk; no variables means a broken copy.
    private record Case(Map<String, String> first, Map<String, String> second) {}

    @Test
    void decides_as_the_java_model_over_every_record() throws Exception {
        var cases = new ArrayList<Case>();
        for (String first : List.of("a", "b", "", "z")) {
            for (String a : List.of("", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10")) {
                for (String b : List.of("", "0", "1", "3", "9", "x")) {
                    for (String trial : List.of("none", "a", "b", "junk")) {
                        for (String other : List.of("0", "1", "")) {
                            cases.add(new Case(copy("1", first, a, b, trial, other), BROKEN));
                        }
                    }
                }
            }
        }
        agree(BootTable.SHIPPED, cases);
    }

    @Test
    void chooses_the_copy_to_read_and_the_copy_to_write_as_the_java_model() throws Exception {
        var cases = new ArrayList<Case>();
        for (String one : List.of("broken", "0", "1", "2", "", "7")) {
            for (String two : List.of("broken", "0", "1", "2", "", "7")) {
                Map<String, String> first = copy(one, "a", "3", "2", "none", "1");
                Map<String, String> second = copy(two, "b", "2", "3", "b", "0");
                cases.add(
                        new Case(
                                one.equals("broken") ? BROKEN : first,
                                two.equals("broken") ? BROKEN : second));
            }
        }
        agree(BootTable.SHIPPED, cases);
    }

    @Test
    void follows_whatever_table_it_is_generated_from() throws Exception {
        var cases = new ArrayList<Case>();
        for (String first : List.of("a", "b")) {
            for (String left : List.of("0", "1", "3")) {
                for (String other : List.of("0", "1")) {
                    Map<String, String> older = copy("0", first, left, left, "a", other);
                    Map<String, String> newer = copy("1", first, left, left, "b", other);
                    cases.add(new Case(older, newer));
                    cases.add(new Case(older, BROKEN));
                    cases.add(new Case(BROKEN, newer));
                }
            }
        }
        BootTable shipped = BootTable.SHIPPED;
        SlotRow boot = shipped.slotRow("boot");
        SlotRow fallback = shipped.slotRow("fallback");
        agree(shipped.with(boot.withSteps()), cases);
        agree(shipped.with(boot.withSteps(BootStep.FILL_FIRST)), cases);
        agree(shipped.with(fallback.withSteps(BootStep.SWITCH_SLOTS)), cases);
        agree(
                shipped.with(
                        fallback.withSteps(
                                BootStep.FILL_FIRST, BootStep.END_TRIAL, BootStep.TAKE_ATTEMPT)),
                cases);
        agree(
                shipped.withCopies(
                        shipped.copies().stream()
                                .map(row -> row.withTarget(CopyRow.Target.ENV_0))
                                .toList()),
                cases);
    }

    @Test
    void reads_as_this_file_does() throws IOException {
        ExpectedFile.holds("expected/boot.cmd", BootScript.text());
    }

    private void agree(BootTable table, List<Case> cases) throws Exception {
        List<String> script = runScript(table, cases);
        assertThat(script).hasSameSizeAs(cases);
        for (int i = 0; i < cases.size(); i++) {
            assertThat(script.get(i))
                    .as(cases.get(i).toString())
                    .isEqualTo(model(table, cases.get(i)));
        }
    }

    /// What the model says, in the words of the harness.
    private static String model(BootTable table, Case tried) throws IOException {
        SectorDisk first = disk("env-0", tried.first());
        SectorDisk second = disk("env-1", tried.second());
        BootRecordStore.Loaded found = new BootRecords(first, second).load();
        BootDecision decision = new Bootloader(table).boot(first, second);
        return String.format(
                        "EVENKEEL-BOOT slot=%s left=%d trial=%d fallback=%d copies=%s seq=%d",
                        decision.slot(),
                        decision.left(),
                        decision.trial() ? 1 : 0,
                        decision.fallback() ? 1 : 0,
                        found.copies(),
                        decision.record().sequence())
                + " wrote="
                + (first.writes() > 0 ? "env-0" : "env-1")
                + " "
                + facts(decision.record());
    }

    private List<String> runScript(BootTable table, List<Case> cases) throws Exception {
        var shell = new StringBuilder(resource("boot-script-harness.sh"));
        shell.append("boot() {\n").append(BootScript.text(table)).append("\n}\n");
        for (Case tried : cases) {
            define(shell, "c0", tried.first());
            define(shell, "c1", tried.second());
            shell.append("run\n");
        }
        Path program = Files.writeString(folder.resolve("boot.sh"), shell);
        Process process =
                new ProcessBuilder("sh", program.toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().map(BootScriptTest::normalised).toList();
    }

    /// The script carries odd values along; what counts is what they mean to the next reader.
    private static String normalised(String line) {
        String[] parts = line.split(" RECORD ", -1);
        assertThat(parts).as(line).hasSize(2);
        var variables = new TreeMap<String, String>();
        for (String entry : parts[1].split("\\|", -1)) {
            String[] pair = entry.split("=", 2);
            variables.put(pair[0], pair[1]);
        }
        return parts[0] + " " + facts(BootRecord.read(new UbootEnvironment(variables)));
    }

    private static String facts(BootRecord record) {
        return record.toEnvironment().variables().toString();
    }

    private static void define(StringBuilder shell, String prefix, Map<String, String> copy) {
        shell.append(prefix).append("_good=").append(copy.isEmpty() ? "0" : "1").append('\n');
        for (Map.Entry<String, String> variable : copy.entrySet()) {
            shell.append(prefix + "_" + variable.getKey() + "='" + variable.getValue() + "'\n");
        }
    }

    private static SectorDisk disk(String name, Map<String, String> copy) {
        var disk = new SectorDisk(name, new byte[UbootEnvironment.SIZE_BYTES]);
        if (!copy.isEmpty()) {
            byte[] area = new UbootEnvironment(copy).toPlain();
            System.arraycopy(area, 0, disk.medium(), 0, area.length);
        }
        return disk;
    }

    private static Map<String, String> copy(
            String seq, String first, String a, String b, String trial, String other) {
        var copy = new TreeMap<String, String>();
        copy.put("version", "1");
        copy.put("seq", seq);
        copy.put("first", first);
        copy.put("a_left", a);
        copy.put("b_left", b);
        copy.put("trial", trial);
        copy.put("orderly", "2");
        copy.put("other_ok", other);
        copy.put("ext", "from=a newer version");
        return copy;
    }

    private static String resource(String name) throws IOException {
        return Files.readString(Path.of("src/test/resources").resolve(name));
    }
}
