// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.KeyChanges;
import dev.evenkeel.trust.NamedKey;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.TrustFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The OpenAPI document and the operator API are the same thing: every route stands in it, every
/// operation in it is called here, and [Client] holds each answer, here and in all other tests,
/// against the document's schema.
class OpenApiTest {
    private static final String DEVICE = "/api/v1/devices/";
    private static final String ROLLOUT = "/api/v1/rollouts/";

    @TempDir static Path folder;
    private static RunningServer home;
    private static TestRelease next;
    private static FakeAgent device;
    private static FakeAgent stolen;

    /// A fleet in which everything that can be said of a device is said.
    @BeforeAll
    static void start() throws IOException {
        home = new RunningServer(folder.resolve("data"));
        home.publish(TestRelease.build(folder.resolve("1.0"), "1.0", "5.2"));
        TestRelease brought = TestRelease.build(folder.resolve("1.1"), "1.1", "5.3");
        home.publish(brought);
        next = TestRelease.build(folder.resolve("1.2"), "1.2", "5.4");
        home.publish(next);
        device = home.device();
        stolen = home.device();
        FakeAgent copy = device.at(home.server.address(), home.server.certificate());
        var rollout = new RolloutId(home.rollOut("1.1").text("rollout"));
        device.checksIn();
        new SimulatedUpdate(device, rollout, brought).downloads(40).reboots().tries().commits();
        home.rollOut("1.2");
        device.checksIn();
        copy.boots("1.0", Digest.of(new byte[0]));
        copy.triesToCheckIn();
        home.operator.send("PUT", "/api/v1/groups/vans", members(), Map.of());
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @FunctionalInterface
    private interface Call {
        HttpResponse<byte[]> make() throws IOException;
    }

    private static Call get(String path) {
        return () -> home.operator.get(path);
    }

    private static Call post(String path, JsonObject body) {
        return () -> home.operator.post(path, body);
    }

    private static Call send(String method, String path, byte[] body, Map<String, String> headers) {
        return () -> home.operator.send(method, path, body, headers);
    }

    private static byte[] members() {
        return JsonObject.of("devices", JsonArray.ofTexts(List.of(device.id.text())))
                .toCanonicalBytes();
    }

    private static Map<String, Call> calls() {
        String seat = "/api/v1/groups/vans/devices/" + device.id;
        JsonObject note = JsonObject.of("note", "the vans are on the road");
        JsonObject type = JsonObject.of("device_type", "qemu-x86");
        return Map.ofEntries(
                Map.entry("listDevices", get("/api/v1/devices")),
                Map.entry("showDevice", get(DEVICE + device.id)),
                Map.entry("deviceTimeline", get(DEVICE + device.id + "/timeline?limit=7")),
                Map.entry("deviceBootReports", get(DEVICE + device.id + "/boot-reports?limit=7")),
                Map.entry(
                        "liftQuarantine",
                        post(DEVICE + device.id + "/lift-quarantine", JsonObject.EMPTY)),
                Map.entry(
                        "revokeDevice",
                        post(
                                DEVICE + stolen.id + "/revoke",
                                JsonObject.of("reason", "it was stolen"))),
                Map.entry("listEnrolmentRequests", get("/api/v1/enrolment-requests")),
                Map.entry("approveEnrolment", OpenApiTest::approves),
                Map.entry("listExpectedKeys", get("/api/v1/expected-keys")),
                Map.entry(
                        "expectKey",
                        post("/api/v1/expected-keys", note.with("key", "a".repeat(64)))),
                Map.entry("listFactoryAuthorities", get("/api/v1/factory-authorities")),
                Map.entry(
                        "addFactoryAuthority",
                        () ->
                                home.operator.post(
                                        "/api/v1/factory-authorities",
                                        note.with("certificate", authority()))),
                Map.entry("removeFactoryAuthority", OpenApiTest::removesAFactory),
                Map.entry("listReleases", get("/api/v1/releases")),
                Map.entry(
                        "publishRelease",
                        () ->
                                home.operator.send(
                                        "POST",
                                        "/api/v1/releases?channel=dev",
                                        next.tar(),
                                        Map.of("Content-Type", "application/x-tar"))),
                Map.entry("showRelease", get("/api/v1/releases/1.1?device_type=qemu-x86")),
                Map.entry("listDeltas", get("/api/v1/deltas")),
                Map.entry("diffReleases", get("/api/v1/releases/1.1/diff?from=1.0")),
                Map.entry("planUpdate", get("/api/v1/releases/1.1/plan?from=1.0")),
                Map.entry("listGroups", get("/api/v1/groups")),
                Map.entry("showGroup", get("/api/v1/groups/all")),
                Map.entry("putGroup", send("PUT", "/api/v1/groups/vans", members(), Map.of())),
                Map.entry("addToGroup", send("PUT", seat, new byte[0], Map.of())),
                Map.entry("removeFromGroup", send("DELETE", seat, new byte[0], Map.of())),
                Map.entry("listRollouts", get("/api/v1/rollouts")),
                Map.entry(
                        "startRollout",
                        post("/api/v1/rollouts", type.with("release", "1.0").with("group", "all"))),
                Map.entry("showRollout", get(ROLLOUT + "r-1")),
                Map.entry("haltRollout", post(ROLLOUT + "r-2/halt", note)),
                Map.entry("resumeRollout", post(ROLLOUT + "r-2/resume", note)),
                Map.entry("abortRollout", post(ROLLOUT + "r-1/abort", note)),
                Map.entry("listEnrolmentTokens", get("/api/v1/enrolment-tokens")),
                Map.entry("createEnrolmentToken", post("/api/v1/enrolment-tokens", note)),
                Map.entry("provision", post("/api/v1/provisioning", type)),
                Map.entry("status", get("/api/v1/status")),
                Map.entry("metrics", get("/api/v1/metrics")),
                Map.entry("trust", get("/api/v1/trust")),
                Map.entry("trustFiles", get("/api/v1/trust/files")),
                Map.entry("signingRequest", OpenApiTest::requestForProd),
                Map.entry("publishSigned", OpenApiTest::renewedTargets),
                Map.entry(
                        "addOnlineKey",
                        post("/api/v1/trust/online-keys/timestamp", JsonObject.EMPTY)),
                Map.entry(
                        "promoteRelease",
                        post("/api/v1/releases/1.1/promote", type.with("channel", "test"))),
                Map.entry("listVersionRules", get("/api/v1/version-rules")),
                Map.entry(
                        "setVersionFloor",
                        send(
                                "PUT",
                                "/api/v1/version-floors",
                                type.with("channel", "dev")
                                        .with("version", "1.0")
                                        .toCanonicalBytes(),
                                Map.of())),
                Map.entry(
                        "allowDowngrade",
                        post(
                                DEVICE + device.id + "/downgrades",
                                JsonObject.of("channel", "dev").with("release", "1.0"))),
                Map.entry("listBudgets", get("/api/v1/budgets")),
                Map.entry(
                        "setGroupBudget",
                        send("PUT", "/api/v1/groups/all/budget", budget(), Map.of())),
                Map.entry("removeGroupBudget", () -> setAndRemoved("/api/v1/groups/vans/budget")),
                Map.entry(
                        "setDeviceBudget",
                        send("PUT", DEVICE + stolen.id + "/budget", budget(), Map.of())),
                Map.entry(
                        "removeDeviceBudget", () -> setAndRemoved(DEVICE + device.id + "/budget")),
                Map.entry(
                        "allowDownload",
                        post(
                                DEVICE + device.id + "/allow-download",
                                JsonObject.of("bytes", 83_000_000))),
                Map.entry("prometheus", get("/api/v1/prometheus")),
                Map.entry("openApi", get("/api/v1/openapi.json")),
                Map.entry("events", OpenApiTest::firstOfTheEvents));
    }

    private static byte[] budget() {
        return JsonObject.of("bytes", 20_000_000).with("beyond", "wait").toCanonicalBytes();
    }

    private static HttpResponse<byte[]> setAndRemoved(String path) throws IOException {
        home.operator.send("PUT", path, budget(), Map.of());
        return home.operator.send("DELETE", path, new byte[0], Map.of());
    }

    /// The key of channel prod is elsewhere, and a release waits for it.
    private static HttpResponse<byte[]> requestForProd() throws IOException {
        PrivateKey elsewhere = PrivateKey.generate();
        TrustFiles files = TrustFiles.read(home.operator.get("/api/v1/trust/files").body());
        byte[] signed =
                KeyChanges.to(files)
                        .replace(
                                "channel-prod",
                                1,
                                List.of(new NamedKey(elsewhere.publicKey(), "alice")))
                        .request(Instant.now())
                        .signedBy(elsewhere)
                        .toBytes();
        home.operator.send("POST", "/api/v1/trust/signed", signed, Map.of());
        home.operator.post(
                "/api/v1/releases/1.1/promote",
                JsonObject.of("device_type", "qemu-x86").with("channel", "prod"));
        return home.operator.get("/api/v1/trust/requests/channel-prod");
    }

    /// With development keys the server has all keys that this needs.
    private static HttpResponse<byte[]> renewedTargets() throws IOException {
        TrustFiles files = TrustFiles.read(home.operator.get("/api/v1/trust/files").body());
        byte[] request = KeyChanges.to(files).renew("targets").request(Instant.now()).toBytes();
        return home.operator.send("POST", "/api/v1/trust/signed", request, Map.of());
    }

    private static byte[] encoded(X509Certificate certificate) throws IOException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException broken) {
            throw new IOException(broken);
        }
    }

    private static String authority() throws IOException {
        byte[] der = encoded(Pem.certificates(home.data.resolve("device-ca/ca.pem")).getFirst());
        return Base64.getEncoder().encodeToString(der);
    }

    private static HttpResponse<byte[]> removesAFactory() throws IOException {
        var added =
                home.operator.post(
                        "/api/v1/factory-authorities", JsonObject.of("certificate", authority()));
        return home.operator.send(
                "DELETE",
                "/api/v1/factory-authorities/" + Client.json(added).text("authority"),
                new byte[0],
                Map.of());
    }

    private static HttpResponse<byte[]> approves() throws IOException {
        var waits =
                FakeAgent.asks(
                        home.unknown, "simpleenroll", "", FakeAgent.request(PrivateKey.generate()));
        return home.operator.post(
                "/api/v1/enrolment-requests/" + Client.json(waits).text("code") + "/approve",
                JsonObject.EMPTY);
    }

    /// The stream has no end, so only its head is read.
    private static HttpResponse<byte[]> firstOfTheEvents() throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(home.server.address().resolve("/api/v1/events"))
                        .header("Authorization", "Bearer " + home.server.operatorToken())
                        .build();
        try {
            HttpResponse<InputStream> stream =
                    home.operator.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = stream.body()) {
                return new HeadOf(stream, in.readNBytes("retry: 2000\n\n".length()));
            }
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    @TestFactory
    List<DynamicTest> every_described_operation_answers_as_described() {
        Map<String, Call> calls = calls();
        var tests = new ArrayList<DynamicTest>();
        for (JsonObject operation : ApiContract.PUBLISHED.operations().values()) {
            String id = operation.text("operationId");
            tests.add(
                    DynamicTest.dynamicTest(
                            id,
                            () -> {
                                Call call = requireNonNull(calls.get(id), "nobody calls " + id);
                                HttpResponse<byte[]> response = call.make();
                                assertThat(response.statusCode()).isBetween(200, 299);
                                ApiContract.PUBLISHED.check(operation, response);
                            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> every_described_operation_refuses_a_stranger_as_described() {
        var tests = new ArrayList<DynamicTest>();
        ApiContract.PUBLISHED
                .operations()
                .forEach((route, operation) ->
                        tests.add(
                                DynamicTest.dynamicTest(
                                        route,
                                        () -> {
                                            String[] parts = route.split(" ", 2);
                                            var response =
                                                    home.nobody.send(
                                                            parts[0],
                                                            parts[1].replaceAll("[{}]", ""),
                                                            new byte[0],
                                                            Map.of());
                                            assertThat(response.statusCode()).isEqualTo(401);
                                            ApiContract.PUBLISHED.check(operation, response);
                                        })));
        return tests;
    }

    @Test
    void the_document_describes_every_route_and_no_other() throws IOException {
        var served = new TreeSet<String>();
        for (Route route : home.server.routes()) {
            if (route.pattern().startsWith("/api/")) {
                served.add(route.method() + " " + route.pattern());
            }
        }
        assertThat(ApiContract.PUBLISHED.operations().keySet()).isEqualTo(served);
        JsonObject document = Client.json(home.operator.get("/api/v1/openapi.json"));
        assertThat(document).isEqualTo(ApiContract.PUBLISHED.document());
        assertThat(document.text("openapi")).startsWith("3.1");
    }

    @Test
    void an_answer_that_is_not_as_described_is_found() throws IOException {
        JsonObject operation =
                requireNonNull(ApiContract.PUBLISHED.operations().get("GET /api/v1/status"));
        HttpResponse<byte[]> good = home.operator.get("/api/v1/status");
        JsonObject status = StrictJson.parseObject(good.body(), 1 << 16);
        for (JsonObject bad :
                List.of(
                        status.with("surprise", 1),
                        status.without(java.util.Set.of("fleet")),
                        status.with("devices", "many"),
                        status.with("started_at", "yesterday"))) {
            var answer = new HeadOf(good, bad.toCanonicalBytes());
            assertThatThrownBy(() -> ApiContract.PUBLISHED.check(operation, answer))
                    .as(bad.toString())
                    .isInstanceOf(AssertionError.class);
        }
    }
}
