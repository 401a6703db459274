package dev.camelgenai.emulator.internal.session;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AcknowledgementsTest {

    private final Acknowledgements acknowledgements = new Acknowledgements();

    @Test
    void soundThatMayStillBecomePartOfATurnIsNotAcknowledged() {
        acknowledgements.taken(1);
        acknowledgements.heard(10, 10);
        acknowledgements.taken(2);
        acknowledgements.heard(20, 20);

        assertThat(acknowledgements.acknowledge()).isZero();
    }

    @Test
    void whatIsWrittenBetweenTwoSoundsIsAcknowledgedAndTheFirstOneWithIt() {
        acknowledgements.taken(1);
        acknowledgements.heard(10, 10);
        acknowledgements.taken(2);
        acknowledgements.taken(3);
        acknowledgements.heard(20, 20);

        assertThat(acknowledgements.acknowledge()).as("2 is in the state that the handle stands for").isEqualTo(2);
    }

    @Test
    void whatWasAcknowledgedStaysSo() {
        acknowledgements.taken(1);
        acknowledgements.heard(10, 10);
        acknowledgements.taken(2);
        assertThat(acknowledgements.acknowledge()).isEqualTo(2);
        acknowledgements.taken(3);
        acknowledgements.heard(20, 20);

        assertThat(acknowledgements.acknowledge()).isEqualTo(2);
    }
}
