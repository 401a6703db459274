package dev.camelgenai.quarkus.live.deployment;

import io.quarkus.test.QuarkusUnitTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

class UnknownTlsConfigurationTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withEmptyApplication()
            .overrideConfigKey("quarkus.camel.genai-live.tls-configuration-name", "lvie")
            .assertException(failure -> assertThat(failure).hasStackTraceContaining(
                    "quarkus.camel.genai-live.tls-configuration-name names the TLS configuration lvie, which there is not"));

    @Test
    void theApplicationDoesNotStart() {
        fail("the start was to fail");
    }
}
