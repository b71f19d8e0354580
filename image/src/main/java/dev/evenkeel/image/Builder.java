// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.image.tool.WorkFolder;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.TarFormat;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Builds a release from a blueprint, its lock and a store that holds every locked input. Uses no
/// network. The release folder appears at the end, whole, or not at all.
public final class Builder implements AutoCloseable {
    private final Progress progress;
    private final StageMeter meter = new StageMeter();
    private String stage = "start";

    private Builder(Progress progress) {
        this.progress = progress;
    }

    /// Builds the release into `out`; an older release there is replaced.
    public static BuildResult build(
            Blueprint blueprint, Lock lock, Store store, Path out, Progress progress) {
        Path folder = out.toAbsolutePath().normalize();
        try (var builder = new Builder(progress)) {
            LockCheck.requireFresh(blueprint, lock);
            requireReplaceable(folder, blueprint);
            try (WorkFolder work = WorkFolder.beside(folder)) {
                SpaceEstimate space = SpaceEstimate.of(lock, store, work.folder());
                space.require();
                return builder.build(blueprint, lock, store, work, folder, space);
            }
        } catch (IOException broken) {
            throw new BuildFault.Unwritable("building " + folder, broken);
        }
    }

    @Override
    public void close() {
        meter.close();
    }

    private BuildResult build(
            Blueprint blueprint,
            Lock lock,
            Store store,
            WorkFolder work,
            Path out,
            SpaceEstimate space) {
        try {
            return build(blueprint, lock, store, work, out);
        } catch (IOException broken) {
            throw space.explain(new BuildFault.Unwritable("building " + out, broken), stage);
        } catch (RuntimeException failed) {
            throw space.explain(failed, stage);
        }
    }

    private BuildResult build(
            Blueprint blueprint, Lock lock, Store store, WorkFolder work, Path out)
            throws IOException {
        stage("tools");
        ToolRoot tools = ToolRoot.tools(lock, store, progress);
        var build =
                new Build(
                        blueprint,
                        lock,
                        store,
                        work,
                        tools,
                        Times.release(blueprint, lock),
                        progress);
        work.deleteThrough(build.sandbox());
        Path release = work.newFolder("release");

        stage("packages");
        var tree = new Tree(Times.FIXED);
        TarFormat.read(PackageTree.archive(build), tree);
        PackageFacts facts = PackageFacts.read(tree, lock.image());
        byte[] kernel = kernel(tree);

        stage("tree");
        RootTree.compose(tree, build);
        Tree root = BuildHooks.run(tree, build);
        Normalized.normalize(root, build.time());

        stage("initramfs");
        byte[] initramfs = Initramfs.make(root);

        stage("slot image");
        Path slotImage = release.resolve(ReleaseFile.SLOT_IMAGE);
        SlotImage.writeFilesystem(root, slotImage, build);
        SizeReport sizes = SizeReport.measure(root, facts.owners(), Files.size(slotImage));
        Payload.Verity verity = SlotImage.appendVerity(slotImage, build);
        requireFits(
                "the slot image",
                "layout.slot_size",
                Files.size(slotImage),
                blueprint.layout().slotBytes(),
                sizes);

        stage("boot image");
        Path bootImage = release.resolve(ReleaseFile.BOOT_IMAGE);
        BootImage.make(bootImage, kernel, initramfs, verity, build);
        requireFits(
                "the boot image",
                "the boot partition",
                Files.size(bootImage),
                DiskLayout.BOOT_BYTES,
                sizes);

        stage("disk image");
        DiskImage.make(release.resolve(ReleaseFile.DISK_IMAGE), slotImage, bootImage, root, build);

        stage("chunks");
        List<Payload> payloads;
        long packBytes;
        try (var chunks = new Chunks(release)) {
            payloads =
                    List.of(
                            chunks.add(Payload.Kind.SLOT_IMAGE, slotImage, Optional.of(verity)),
                            chunks.add(Payload.Kind.BOOT_IMAGE, bootImage, Optional.empty()));
            packBytes = chunks.finish();
        }

        stage("documents");
        Path sbom = Files.write(release.resolve(ReleaseFile.SBOM), Sbom.make(build, facts));
        Path provenance =
                Files.write(release.resolve(ReleaseFile.PROVENANCE), Provenance.make(build));
        Files.writeString(release.resolve(ReleaseFile.SIZE_REPORT), sizes.toJson());
        Manifest manifest =
                manifest(
                        blueprint,
                        payloads,
                        ReleaseFile.describe(sbom),
                        ReleaseFile.describe(provenance));
        byte[] manifestBytes = manifest.toBytes();
        Files.write(release.resolve(ReleaseFile.MANIFEST), manifestBytes);
        replace(release, out, work);
        return new BuildResult(
                out,
                manifest,
                Digest.of(manifestBytes),
                Files.size(out.resolve(ReleaseFile.SLOT_IMAGE)),
                Files.size(out.resolve(ReleaseFile.BOOT_IMAGE)),
                packBytes,
                sizes,
                meter.stages());
    }

    private void stage(String name) {
        stage = name;
        meter.begin(name);
        progress.stage(name);
    }

    private static byte[] kernel(Tree tree) throws IOException {
        List<Node.File> kernels =
                tree.below("boot").entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("boot/vmlinuz-"))
                        .map(Map.Entry::getValue)
                        .filter(Node.File.class::isInstance)
                        .map(Node.File.class::cast)
                        .toList();
        if (kernels.size() != 1)
            throw new BuildFault.WrongTree("expected one kernel in /boot, found " + kernels.size());
        return kernels.getFirst().content().bytes();
    }

    private static Manifest manifest(
            Blueprint blueprint,
            List<Payload> payloads,
            Payload.File sbom,
            Payload.File provenance) {
        Blueprint.Health health = blueprint.health();
        return new Manifest(
                blueprint.fleet(),
                blueprint.name(),
                blueprint.version(),
                blueprint.description(),
                blueprint.compatible(),
                blueprint.minimum(),
                blueprint.dataFormat(),
                new HealthPolicy(
                        health.attempts(), health.stableSeconds(), health.deadlineSeconds()),
                payloads,
                sbom,
                provenance,
                JsonObject.EMPTY);
    }

    private static void requireFits(
            String what, String key, long imageBytes, long placeBytes, SizeReport sizes) {
        if (imageBytes <= placeBytes) return;
        String largest =
                String.join(
                        ", ", sizes.parts().stream().limit(3).map(SizeReport.Part::name).toList());
        throw new BuildFault.DoesNotFit(
                what, key, imageBytes, placeBytes, " (the largest parts are " + largest + ")");
    }

    private static void requireReplaceable(Path out, Blueprint blueprint) {
        if (Files.exists(out) && !Files.exists(out.resolve(ReleaseFile.MANIFEST))) {
            throw new BuildFault.OutputExists(out, blueprint.version());
        }
    }

    private static void replace(Path release, Path out, WorkFolder work) throws IOException {
        if (Files.exists(out))
            Files.move(out, work.path("replaced"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(release, out, StandardCopyOption.ATOMIC_MOVE);
    }
}
