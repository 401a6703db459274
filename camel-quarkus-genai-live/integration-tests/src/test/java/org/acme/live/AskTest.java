package org.acme.live;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

@QuarkusTest
class AskTest {

    @Test
    void theModelAnswersOverHttp() {
        given().contentType("text/plain").body("What is 6 times 7?")
                .post("/ask").then().statusCode(200).body(containsString("42"));
    }
}
