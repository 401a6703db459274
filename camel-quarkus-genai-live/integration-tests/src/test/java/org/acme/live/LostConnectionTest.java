package org.acme.live;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@WithTestResource(LiveServiceResource.class)
class LostConnectionTest {

    GenAiLiveEmulator emulator;

    @Test
    void anAnswerComesThoughTheConnectionIsRefusedAtFirst() {
        emulator.faults().refuseUpgrade(503, "busy", 1);

        given().contentType("text/plain").body("hello")
                .post("/ask").then().statusCode(200).body(equalTo("hello"));

        assertThat(emulator.sessions()).hasSize(1);
    }
}
