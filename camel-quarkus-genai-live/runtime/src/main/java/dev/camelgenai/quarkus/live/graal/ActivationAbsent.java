package dev.camelgenai.quarkus.live.graal;

import java.util.function.BooleanSupplier;

/** Whether the application does without {@code javax.activation}, which Quarkus takes away from the HTTP client. */
final class ActivationAbsent implements BooleanSupplier {

    @Override
    public boolean getAsBoolean() {
        try {
            Class.forName("javax.activation.MimetypesFileTypeMap", false, ActivationAbsent.class.getClassLoader());
            return false;
        } catch (ClassNotFoundException e) {
            return true;
        }
    }
}
