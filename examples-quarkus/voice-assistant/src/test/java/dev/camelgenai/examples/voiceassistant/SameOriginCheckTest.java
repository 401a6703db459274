package dev.camelgenai.examples.voiceassistant;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SameOriginCheckTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            http://127.0.0.1:8080,    http,  127.0.0.1:8080,   true
            http://localhost:8080,    http,  localhost:8080,   true
            HTTP://LocalHost:8080,    http,  localhost:8080,   true
            http://[::1]:8080,        http,  [::1]:8080,       true
            https://localhost,        https, localhost,        true
            http://127.0.0.1:8081,    http,  127.0.0.1:8080,   false
            http://localhost:8080,    http,  127.0.0.1:8080,   false
            https://127.0.0.1:8080,   http,  127.0.0.1:8080,   false
            http://evil.example,      http,  127.0.0.1:8080,   false
            http://evil.example:8080, http,  evil.example:8080, false
            http://127.0.0.1.evil.example:8080, http, 127.0.0.1.evil.example:8080, false
            http://127.0.0.1:8080,    http,  -,                false
            null,                     http,  127.0.0.1:8080,   false
            not an origin,            http,  not an origin,    false
            -,                        http,  127.0.0.1:8080,   false
            """)
    void letsOnlyThePageOfThisServerOnThisMachineConnect(String origin, String scheme, String host, boolean allowed) {
        assertThat(new SameOriginCheck(List.of()).isAllowed(origin, scheme, host)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            https://voice.example.org,      true
            https://Voice.Example.org,      true
            https://other.example.org,      true
            http://voice.example.org,       false
            https://voice.example.org:8443, false
            http://127.0.0.1:8080,          false
            -,                              false
            """)
    void letsTheOriginsThatAreNamedConnectInstead(String origin, boolean allowed) {
        SameOriginCheck check = new SameOriginCheck(List.of("https://voice.example.org", " https://OTHER.example.org "));

        assertThat(check.isAllowed(origin, "http", "127.0.0.1:8080")).isEqualTo(allowed);
    }
}
