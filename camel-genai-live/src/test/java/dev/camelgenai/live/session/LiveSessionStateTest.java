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
    void everyConnectionIsOpenedAndSetUpAnew() {
        for (LiveSessionState from : LiveSessionState.values()) {
            assertThat(from.canBecome(LiveSessionState.CONNECTING)).as("%s", from)
                    .isEqualTo(
                            EnumSet.of(LiveSessionState.NEW, LiveSessionState.WAITING, LiveSessionState.MOVING).contains(from));
            assertThat(from.canBecome(LiveSessionState.SETTING_UP)).as("%s", from)
                    .isEqualTo(from == LiveSessionState.CONNECTING);
        }
    }

    @Test
    void aSessionThatClosesDoesNothingElseAnyMore() {
        for (LiveSessionState to : LiveSessionState.values()) {
            assertThat(LiveSessionState.CLOSING.canBecome(to)).as("%s", to).isEqualTo(to == LiveSessionState.CLOSED);
            assertThat(LiveSessionState.CLOSED.canBecome(to)).as("%s", to).isFalse();
        }
    }

    @Test
    void aSessionIsOnlyOpenAfterItsSetupWasAnswered() {
        for (LiveSessionState from : LiveSessionState.values()) {
            assertThat(from.canBecome(LiveSessionState.OPEN)).as("%s", from).isEqualTo(from == LiveSessionState.SETTING_UP);
        }
    }
}
