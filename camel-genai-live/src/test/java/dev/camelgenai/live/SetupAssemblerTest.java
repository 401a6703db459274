package dev.camelgenai.live;

import java.util.List;
import java.util.Optional;

import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.SessionResumptionConfig;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How options change the setup. */
class SetupAssemblerTest {

    private final GenAiLiveConfiguration options = new GenAiLiveConfiguration();

    private Optional<SessionResumptionConfig> resumption() {
        return new SetupAssembler(new DefaultCamelContext()).assemble(options, false, List.of()).sessionResumption();
    }

    private void configure(SessionResumptionConfig resumption) {
        options.setConfig(LiveConnectConfig.builder().sessionResumption(resumption).build());
    }

    @Test
    void handlesAreAskedForByDefault() {
        assertThat(resumption()).contains(SessionResumptionConfig.builder().build());
    }

    @Test
    void handlesAreNotAskedForWhereResumptionIsOff() {
        options.setSessionResumption(false);

        assertThat(resumption()).isEmpty();
    }

    @Test
    void resumptionThatIsOffWinsOverTheConfig() {
        configure(SessionResumptionConfig.builder().transparent(true).build());
        options.setSessionResumption(false);

        assertThat(resumption()).isEmpty();
    }

    @Test
    void whatTheConfigSaysAboutResumptionStays() {
        SessionResumptionConfig own = SessionResumptionConfig.builder().handle("mine").transparent(true).build();
        configure(own);

        assertThat(resumption()).contains(own);
    }
}
