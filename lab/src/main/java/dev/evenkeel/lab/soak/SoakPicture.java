// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Memory and disk of server and agents over the simulated days, with the releases marked, as one
/// SVG without scripts or fonts of its own.
final class SoakPicture {
    private static final int WIDTH = 960;
    private static final int LEFT = 70;
    private static final int RIGHT = 190;
    private static final int TOP = 96;
    private static final int PANEL = 120;
    private static final int GAP = 62;
    private static final String INK = "#1f2933";
    private static final String PALE = "#d9dee4";
    private static final String GOOD = "#2f855a";
    private static final String BAD = "#c53030";

    private final SoakOptions options;
    private final List<SoakRelease> releases;
    private final List<Sample> samples;
    private final StringBuilder out = new StringBuilder();

    private record Line(String name, String colour, ToDoubleFunction<Sample> value) {}

    private record Panel(String title, String unit, List<Line> lines) {}

    SoakPicture(SoakOptions options, List<SoakRelease> releases, List<Sample> samples) {
        this.options = options;
        this.releases = releases;
        this.samples = samples;
    }

    private static List<Panel> panels() {
        return List.of(
                new Panel(
                        "Server: disk",
                        "MB",
                        List.of(
                                new Line("all", "#1a365d", one -> one.serverDisk() / 1e6),
                                new Line("repository", "#3182ce", one -> one.repository() / 1e6),
                                new Line("database", "#b7791f", one -> one.database() / 1e6))),
                new Panel(
                        "Server: heap after a collection",
                        "MB",
                        List.of(new Line("server", "#553c9a", one -> one.serverHeap() / 1e6))),
                new Panel(
                        "Agents: content of a state partition of 16 MiB",
                        "kB",
                        List.of(
                                new Line("the most", "#97266d", one -> one.stateMost() / 1e3),
                                new Line("mean", "#d53f8c", one -> one.stateMean() / 1e3))),
                new Panel(
                        "Agents: heap of one after a collection, with its share of the simulation",
                        "kB",
                        List.of(new Line("mean", "#2c7a7b", one -> one.agentHeap() / 1e3))));
    }

    String toSvg() {
        List<Panel> panels = panels();
        int height = TOP + panels.size() * (PANEL + GAP) + 8;
        put(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                                + " height=\"%d\" font-family=\"sans-serif\" font-size=\"13\" fill=\"%s\">",
                        WIDTH,
                        height,
                        WIDTH,
                        height,
                        INK));
        put(
                String.format(
                        Locale.ROOT,
                        "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>",
                        WIDTH,
                        height));
        put(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"28\" font-size=\"18\" font-weight=\"bold\">%d devices over %d"
                                + " simulated days (seed %d)</text>",
                        LEFT,
                        options.devices(),
                        options.days(),
                        options.seed()));
        legend();
        for (int i = 0; i < panels.size(); i++) panel(panels.get(i), TOP + i * (PANEL + GAP));
        put("</svg>");
        return out.toString();
    }

    private void legend() {
        int y = 52;
        put(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"4"
                                + " 3\"/><text x=\"%d\" y=\"%d\">a release is published</text>",
                        LEFT,
                        y - 4,
                        LEFT + 24,
                        y - 4,
                        GOOD,
                        LEFT + 30,
                        y));
        put(
                String.format(
                        Locale.ROOT,
                        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"4"
                                + " 3\"/><text x=\"%d\" y=\"%d\">one that must not stay</text>",
                        LEFT + 210,
                        y - 4,
                        LEFT + 234,
                        y - 4,
                        BAD,
                        LEFT + 240,
                        y));
    }

    private void panel(Panel panel, int top) {
        double most =
                panel.lines().stream()
                        .flatMapToDouble(line -> samples.stream().mapToDouble(line.value()))
                        .max()
                        .orElse(1);
        double step = step(most);
        double scale = Math.max(step, Math.ceil(most / step) * step);
        put(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s, %s</text>",
                        LEFT,
                        top - 10,
                        panel.title(),
                        panel.unit()));
        for (double value = 0; value <= scale + step / 2; value += step) {
            double y = y(top, value, scale);
            put(
                    String.format(
                            Locale.ROOT,
                            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>",
                            LEFT,
                            y,
                            WIDTH - RIGHT,
                            y,
                            PALE));
            put(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                            LEFT - 8,
                            y + 4,
                            number(value)));
        }
        marks(top);
        days(top);
        var names = new ArrayList<Double>();
        for (Line line : panel.lines()) draw(line, top, scale, names);
    }

    private void marks(int top) {
        for (SoakRelease release : releases) {
            double x = x(release.publishedAt.toMinutes() / 1440.0);
            put(
                    String.format(
                            Locale.ROOT,
                            "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\""
                                    + " stroke-dasharray=\"4 3\"><title>%s</title></line>",
                            x,
                            top,
                            x,
                            top + PANEL,
                            release.conduct.isGood() ? GOOD : BAD,
                            release.version()));
        }
    }

    private void days(int top) {
        int every = Math.max(1, options.days() / 10);
        for (int day = 0; day <= options.days(); day += every) {
            put(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
                            x(day),
                            top + PANEL + 18,
                            day));
        }
        put(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\">day</text>",
                        WIDTH - RIGHT + 12,
                        top + PANEL + 18));
    }

    private void draw(Line line, int top, double scale, List<Double> names) {
        var points = new StringBuilder();
        double last = 0;
        for (Sample sample : samples) {
            last = y(top, line.value().applyAsDouble(sample), scale);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(sample.day()), last));
        }
        put(
                String.format(
                        Locale.ROOT,
                        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\" points=\"%s\"/>",
                        line.colour(),
                        points.toString().strip()));
        double y = free(last + 4, names);
        names.add(y);
        Sample end = samples.getLast();
        put(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s: %.1f</text>",
                        WIDTH - RIGHT + 12,
                        y,
                        line.colour(),
                        line.name(),
                        line.value().applyAsDouble(end)));
    }

    /// Names of lines that end close together are moved apart.
    private static double free(double wanted, List<Double> taken) {
        double y = wanted;
        while (true) {
            double at = y;
            if (taken.stream().noneMatch(other -> Math.abs(other - at) < 15)) return y;
            y -= 4;
        }
    }

    private double x(double day) {
        return LEFT + day * (WIDTH - LEFT - RIGHT) / options.days();
    }

    private static double y(int top, double value, double scale) {
        return top + PANEL - value / scale * PANEL;
    }

    /// A round number, so that about four lines cross the panel.
    private static double step(double most) {
        double rough = Math.max(most, 0.001) / 4;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= rough) return factor * power;
        }
        return 10 * power;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private void put(String line) {
        out.append(line).append('\n');
    }
}
