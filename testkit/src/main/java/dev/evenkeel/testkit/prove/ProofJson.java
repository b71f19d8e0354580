// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.JsonText;
import dev.evenkeel.testkit.prove.Prover.Progress;
import java.util.List;
import java.util.function.Function;

/// A proof for machines.
public final class ProofJson {
    private ProofJson() {}

    public static JsonObject of(Progress progress) {
        return JsonObject.of("phase", progress.phase())
                .with("states", progress.states())
                .with("cuts", progress.cuts())
                .with("explored", progress.explored())
                .with("failures", progress.failures());
    }

    public static JsonObject of(Proof proof) {
        return JsonObject.of("states", proof.states())
                .with("explored", proof.explored())
                .with("cuts", proof.cuts())
                .with("crash_points", proof.points())
                .with("sampled_points", proof.sampledPoints())
                .with("faults", proof.faults())
                .with("power_ons", proof.powerOns())
                .with("worst_boots", proof.worstBoots())
                .with("broken", array(proof.broken(), promise -> new JsonText(promise.label())))
                .with("known_bad", proof.knownBad().size())
                .with("known_bad_caught", proof.caught())
                .with("seconds", proof.took().toSeconds())
                .with("cpu_seconds", proof.processor().toSeconds())
                .with("phases", array(proof.phases(), ProofJson::phase))
                .with("scenarios", array(proof.stories(), ProofJson::story))
                .with("failures", array(proof.failures(), ProofJson::failure))
                .with("trace", array(proof.trace(), JsonText::new));
    }

    public static JsonObject of(Promise promise) {
        return JsonObject.of("promise", promise.label()).with("words", promise.words());
    }

    private static JsonObject phase(Proof.Phase phase) {
        return JsonObject.of("phase", phase.words())
                .with("complete", phase.isComplete())
                .with("detail", phase.detail());
    }

    private static JsonObject story(Proof.Story story) {
        return JsonObject.of("scenario", story.name())
                .with("words", story.words())
                .with("states", story.states())
                .with("explored", story.explored())
                .with("cuts", story.cuts())
                .with("crash_points", story.points())
                .with("faults", story.faults());
    }

    private static JsonObject failure(Failure failure) {
        return JsonObject.of("promise", failure.promise().label())
                .with("how", failure.how())
                .with("seed", failure.seed())
                .with("cuts", failure.cuts());
    }

    private static <T> JsonArray array(List<T> all, Function<T, Json> json) {
        return new JsonArray(all.stream().map(json).toList());
    }
}
