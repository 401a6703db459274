package dev.camelgenai.compatibility;

import java.util.Set;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What operators see of an endpoint. */
class JmxTest extends CompatibilityTestSupport {

    @Test
    void anEndpointShowsItsSessionsAndCounters() throws Exception {
        start(routes -> routes.from("direct:ask").to("genai-live:gemini-3.8-live?sessionGroup=jmx&response=turn"));
        template.requestBody("direct:ask", "hello");
        MBeanServer server = context.getManagementStrategy().getManagementAgent().getMBeanServer();

        Set<ObjectName> names = server.queryNames(
                new ObjectName(
                        "org.apache.camel:context=" + context.getManagementName() + ",type=endpoints,name=\"genai-live:*\""),
                null);

        assertThat(names).hasSize(1);
        ObjectName endpoint = names.iterator().next();
        assertThat(server.getAttribute(endpoint, "Sessions")).isEqualTo(1);
        assertThat(server.getAttribute(endpoint, "Reconnects")).isEqualTo(0L);
        assertThat((long) server.getAttribute(endpoint, "MessagesUnheard")).isPositive();
    }
}
