// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Enrolment as RFC 7030 has it, with nothing on the device's side but `curl` and `openssl`.
class EstTest {
    private static final String HARDWARE =
            " -subj '/CN=machine' -addext subjectAltName=URI:urn:evenkeel:home:hardware:qemu-x86:1";

    @TempDir static Path data;
    private static RunningServer home;

    @TempDir Path folder;
    private Tools tools;

    @BeforeAll
    static void start() throws IOException {
        home = new RunningServer(data.resolve("server"));
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    @BeforeEach
    void a_machine_that_trusts_the_server() throws IOException {
        tools = new Tools(folder);
        Files.copy(home.data.resolve("tls/ca.pem"), folder.resolve("server-ca.pem"));
    }

    private static String curl(String more, String operation) {
        int port = home.server.port();
        return "curl -sS -o answer.p7b -w '%{http_code} %{content_type}' --cacert server-ca.pem"
                + " --connect-to "
                + Protocol.DEVICE_HOST
                + ":"
                + port
                + ":127.0.0.1:"
                + port
                + " "
                + more
                + " https://"
                + Protocol.DEVICE_HOST
                + ":"
                + port
                + "/.well-known/est/home/"
                + operation;
    }

    private static String send(String operation, String more) {
        return curl(
                "-H 'Content-Type: application/pkcs10' --data-binary @request.b64 " + more,
                operation);
    }

    private void request(String newKey) throws IOException {
        tools.runs("openssl " + newKey + " -out device.key");
        tools.runs("openssl req -new -key device.key -outform DER -out request.der" + HARDWARE);
        tools.runs("openssl base64 -in request.der -out request.b64");
    }

    /// The chain in the last answer is the fleet's, and begins with the device's own.
    private String certificate() throws IOException {
        tools.runs("openssl base64 -d -in answer.p7b -out answer.der");
        tools.runs("openssl pkcs7 -inform DER -in answer.der -print_certs -out chain.pem");
        tools.runs("openssl x509 -in chain.pem -out device.pem");
        Files.copy(
                home.data.resolve("device-ca/ca.pem"),
                folder.resolve("device-ca.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(tools.runs("openssl verify -purpose sslclient -CAfile device-ca.pem device.pem"))
                .contains("device.pem: OK");
        return tools.runs("openssl x509 -in device.pem -noout -subject -ext subjectAltName");
    }

    private JsonObject device(String certificate) throws IOException {
        String id = certificate.replaceAll("(?s).*:device:(dev-[0-9a-z]+).*", "$1");
        return Client.json(home.operator.get("/api/v1/devices/" + id));
    }

    @Test
    void the_authorities_are_a_pkcs7_of_nothing_but_certificates() throws IOException {
        assertThat(tools.runs(curl("", "cacerts")))
                .startsWith("200 application/pkcs7-mime; smime-type=certs-only");
        tools.runs("openssl base64 -d -in answer.p7b -out answer.der");
        assertThat(tools.runs("openssl pkcs7 -inform DER -in answer.der -print_certs -noout"))
                .contains("Evenkeel device authority");
    }

    @Test
    void a_foreign_client_enrols_with_a_token_and_renews_with_its_certificate() throws IOException {
        for (String kind : List.of("genpkey -algorithm ed25519", "ecparam -name P-256 -genkey")) {
            request(kind);
            assertThat(tools.runs(send("simpleenroll", "-u anybody:" + home.token())))
                    .startsWith("200 application/pkcs7-mime; smime-type=certs-only");
            String first = certificate();
            assertThat(first)
                    .contains("O = home, CN = dev-")
                    .contains("URI:urn:evenkeel:home:device:");
            String serial = device(first).object("certificate").text("serial");
            assertThat(device(first).text("admitted_by")).isEqualTo("token");

            String renewal =
                    tools.runs(send("simplereenroll", "--cert device.pem --key device.key"));
            assertThat(renewal).as(kind).startsWith("200");
            assertThat(certificate()).as("the same device").isEqualTo(first);
            assertThat(device(first).object("certificate").text("serial")).isNotEqualTo(serial);
        }
    }

    @Test
    void a_stranger_waits_with_202_until_somebody_lets_it_in() throws IOException {
        request("genpkey -algorithm ed25519");
        assertThat(tools.runs(send("simpleenroll", "-D head"))).startsWith("202");
        assertThat(Files.readString(folder.resolve("head")))
                .containsIgnoringCase("Retry-After: 30");
        JsonObject waits =
                Client.json(home.operator.get("/api/v1/enrolment-requests"))
                        .array("enrolment_requests")
                        .objects()
                        .getLast();
        assertThat(Files.readString(folder.resolve("answer.p7b"))).contains(waits.text("code"));
        home.operator.post(
                "/api/v1/enrolment-requests/" + waits.text("code") + "/approve", JsonObject.EMPTY);
        assertThat(tools.runs(send("simpleenroll", ""))).startsWith("200");
        assertThat(device(certificate()).text("admitted_by")).isEqualTo("approval");
    }

    @Test
    void an_expected_key_comes_in_without_anything_else() throws IOException {
        request("genpkey -algorithm ed25519");
        String fingerprint =
                tools.runs(
                        "openssl pkey -in device.key -pubout -outform DER | openssl dgst -sha256 -r"
                                + " | cut -c1-64");
        home.operator.post("/api/v1/expected-keys", JsonObject.of("key", fingerprint.strip()));
        assertThat(tools.runs(send("simpleenroll", ""))).startsWith("200");
        assertThat(device(certificate()).text("admitted_by")).isEqualTo("fingerprint");
    }

    private void factory(String days) throws IOException {
        tools.runs("openssl ecparam -name P-256 -genkey -noout -out factory-ca.key");
        tools.runs(
                "openssl req -x509 -new -key factory-ca.key -days 3650 -subj /CN=factory -out f.pem");
        tools.runs("openssl ecparam -name P-256 -genkey -noout -out born.key");
        tools.runs("openssl req -new -key born.key -subj /serialNumber=4711 -out born.csr");
        tools.runs(
                "openssl x509 -req -in born.csr -CA f.pem -CAkey factory-ca.key -CAcreateserial "
                        + days
                        + " -out born.pem");
        String der = tools.runs("openssl x509 -in f.pem -outform DER | openssl base64 -A");
        home.operator.post("/api/v1/factory-authorities", JsonObject.of("certificate", der));
    }

    @Test
    void a_machine_of_a_known_factory_comes_in_by_its_factory_certificate_once()
            throws IOException {
        factory("-days 3650");
        request("genpkey -algorithm ed25519");
        String shown = "--cert born.pem --key born.key";
        assertThat(tools.runs(send("simpleenroll", shown))).startsWith("200");
        assertThat(device(certificate()).text("admitted_by")).isEqualTo("factory");
        request("genpkey -algorithm ed25519");
        assertThat(tools.runs(send("simpleenroll", shown))).as("a copy of it").startsWith("409");
    }

    @Test
    void a_factory_certificate_that_expired_or_is_of_another_factory_is_no_leave()
            throws IOException {
        factory("-days -1");
        request("genpkey -algorithm ed25519");
        String shown = "--cert born.pem --key born.key";
        assertThat(tools.runs(send("simpleenroll", shown))).startsWith("202");
        tools.runs("openssl req -x509 -new -key born.key -subj /CN=factory -days 9 -out born.pem");
        assertThat(tools.runs(send("simpleenroll", shown))).startsWith("202");
    }

    @Test
    void a_request_that_another_key_signed_is_refused() throws IOException {
        request("genpkey -algorithm ed25519");
        byte[] der = Files.readAllBytes(folder.resolve("request.der"));
        der[der.length - 5] ^= 1;
        Files.write(folder.resolve("request.der"), der);
        tools.runs("openssl base64 -in request.der -out request.b64");
        assertThat(tools.runs(send("simpleenroll", "-u x:" + home.token()))).startsWith("400");
    }

    @Test
    void weak_keys_and_nonsense_are_refused() throws IOException {
        for (String kind :
                List.of(
                        "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048",
                        "ecparam -name secp384r1 -genkey")) {
            request(kind);
            assertThat(tools.runs(send("simpleenroll", "-u x:" + home.token()))).startsWith("400");
            assertThat(Files.readString(folder.resolve("answer.p7b"))).contains("ECDSA P-256");
        }
        Files.writeString(folder.resolve("request.b64"), "bm90aGluZw==");
        assertThat(tools.runs(send("simpleenroll", "-u x:" + home.token()))).startsWith("400");
    }

    @Test
    void a_used_or_unknown_token_is_refused() throws IOException {
        String token = home.token();
        request("genpkey -algorithm ed25519");
        assertThat(tools.runs(send("simpleenroll", "-u x:" + token))).startsWith("200");
        assertThat(tools.runs(send("simpleenroll", "-u x:" + token)))
                .as("the same key is the same device")
                .startsWith("200");
        request("genpkey -algorithm ed25519");
        for (String bad : List.of(token, "enrol.home.unknown")) {
            assertThat(tools.runs(send("simpleenroll", "-u x:" + bad))).startsWith("403");
            assertThat(Files.readString(folder.resolve("answer.p7b"))).contains("create a new one");
        }
    }
}
