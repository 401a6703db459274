package dev.camelgenai.emulator.junit5;

import java.util.Objects;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs an emulator for tests.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
 *         GenAiLiveEmulator.builder().apiKey("secret"));
 * }</pre>
 *
 * <p>In a static field one emulator serves the class and its nested classes, and is {@link GenAiLiveEmulator#reset() reset}
 * before each test: connections are dropped, records and faults forgotten. In an instance field each test has its own. Not for
 * tests that share a static one in parallel.
 */
public final class GenAiLiveEmulatorExtension
        implements
            BeforeAllCallback,
            AfterAllCallback,
            BeforeEachCallback,
            AfterEachCallback {

    private final GenAiLiveEmulator.Builder builder;
    private int classes;
    private GenAiLiveEmulator emulator;

    /** With the defaults of the builder. */
    public GenAiLiveEmulatorExtension() {
        this(GenAiLiveEmulator.builder());
    }

    /**
     * @param builder describes the emulator to start
     */
    public GenAiLiveEmulatorExtension(GenAiLiveEmulator.Builder builder) {
        this.builder = Objects.requireNonNull(builder, "builder");
    }

    /**
     * The running emulator.
     *
     * @throws IllegalStateException outside a test
     */
    public GenAiLiveEmulator get() {
        if (emulator == null) {
            throw new IllegalStateException("The emulator runs during tests only; is the extension registered?");
        }
        return emulator;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // nested classes announce themselves as well
        if (classes++ == 0) {
            emulator = builder.start();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (classes > 0) {
            emulator.reset();
        } else {
            emulator = builder.start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (classes == 0) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--classes == 0) {
            stop();
        }
    }

    private void stop() {
        if (emulator != null) {
            emulator.close();
            emulator = null;
        }
    }
}
