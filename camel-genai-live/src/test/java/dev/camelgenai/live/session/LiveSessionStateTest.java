package dev.camelgenai.live.session;

import java.util.EnumSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LiveSessionStateTest {

    @Test
    void everyStateButTheLastMayEnd() {
        for (LiveSessionState state : EnumSet.complementOf(EnumSet.of(LiveSessionState.CLOSED))) {
            assertThat(state.canBecome(LiveSessionState.CLOSED)).as("%s", state).isTrue();
        }
    }

    @Test
    void noStateIsEnteredTwice() {
        for (LiveSessionState from : LiveSessionState.values()) {
            for (LiveSessionState to : LiveSessionState.values()) {
                if (to.compareTo(from) <= 0) {
                    assertThat(from.canBecome(to)).as("%s to %s", from, to).isFalse();
                }
            }
        }
    }

    @Test
    void aSessionIsOnlyOpenAfterItsSetupWasAnswered() {
        for (LiveSessionState from : LiveSessionState.values()) {
            assertThat(from.canBecome(LiveSessionState.OPEN)).as("%s", from).isEqualTo(from == LiveSessionState.SETTING_UP);
        }
    }
}
