package dev.camelgenai.compatibility;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Routes in YAML, by the YAML DSL of the line. */
class YamlRoutesTest extends CompatibilityTestSupport {

    private static final String ROUTES = """
            - route:
                id: moderate
                from:
                  uri: direct:moderate
                  steps:
                    - setHeader:
                        name: CamelGenAiLiveSessionKey
                        simple: "${header.author}"
                    - to:
                        uri: genai-live:gemini-3.8-live
                        parameters:
                          sessionGroup: moderation
                          response: turn
                          config: '{"systemInstruction": "Answer YES or NO.", "temperature": 0.25}'
                          turnTimeout: 20s
                    - convertBodyTo:
                        type: String
            - route:
                id: listen
                from:
                  uri: genai-live:gemini-3.8-live
                  parameters:
                    sessionGroup: moderation
                    sessionEvents: opened
                  steps:
                    - filter:
                        simple: "${header.CamelGenAiLiveEvent} == 'opened'"
                        steps:
                          - to: mock:opened
            """;

    @Test
    void aRouteInYamlAsksAndAnotherListens() throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("routes.camel.yaml", ROUTES));
        context.start();
        mock("opened").expectedMessageCount(1);
        mock("opened").expectedHeaderReceived(GenAiLiveConstants.SESSION_KEY, "ada");

        Object answer = template.requestBodyAndHeader("direct:moderate", "Is this polite", "author", "ada");

        assertThat(answer).isEqualTo("Is this polite");
        mock("opened").assertIsSatisfied(PATIENCE.toMillis());
        assertThat(connection(1).awaitSetup(PATIENCE).at("/systemInstruction/parts/0/text").asText())
                .isEqualTo("Answer YES or NO.");
        assertThat(connection(1).awaitSetup(PATIENCE).at("/generationConfig/temperature").floatValue()).isEqualTo(0.25f);
    }
}
