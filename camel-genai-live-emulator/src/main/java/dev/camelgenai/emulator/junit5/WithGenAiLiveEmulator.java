package dev.camelgenai.emulator.junit5;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.camelgenai.emulator.fault.Fault;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs an emulator for a test class and its nested classes, reset before each test, which gets it as a parameter. A nested class
 * with an annotation of its own has an emulator of its own. For more settings register a {@link GenAiLiveEmulatorExtension}.
 *
 * <pre>{@code
 * @WithGenAiLiveEmulator(scenario = "assistant", faults = "kill@midTurn*1")
 * class MyTest {
 *     @Test
 *     void test(GenAiLiveEmulator emulator) { ... }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(GenAiLiveEmulatorExtension.class)
public @interface WithGenAiLiveEmulator {

    /** A name of {@link dev.camelgenai.emulator.scenario.Scenarios#names()}, or a file that ends in {@code .yaml}. */
    String scenario() default "echo";

    /** The only API key to accept; empty for any. */
    String apiKey() default "";

    /** Faults that are armed before each test, in the text form of {@link Fault}. */
    String[] faults() default {};

    /** Whether the model speaks as fast as the client takes it, and not at its usual pace; goes before a scenario's settings. */
    boolean immediate() default false;

    /** Whether time stands still until the test moves it, with a parameter of the type {@code ManualClock}. */
    boolean manualClock() default false;
}
