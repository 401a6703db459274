package dev.camelgenai.emulator.junit5;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.ManualClock;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Faults;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * Runs an emulator for tests.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
 *         GenAiLiveEmulator.builder().apiKey("secret"));
 *
 * @Test
 * void test(GenAiLiveEmulator emulator, Faults faults) { ... }
 * }</pre>
 *
 * <p>In a static field, and with {@link WithGenAiLiveEmulator}, one emulator serves the class and its nested classes, and is
 * {@link GenAiLiveEmulator#reset() reset} before each test. Test classes may run in parallel, also those that inherit one static
 * field: each has an emulator of its own. Tests of one class may not; there the second fails with the advice. In an instance
 * field each test has its own emulator, and all may run in parallel.
 *
 * <p>Test methods, lifecycle methods and constructors may have parameters of the types {@link GenAiLiveEmulator},
 * {@link Faults}, and, if the emulator has such a {@link GenAiLiveEmulator.Builder#clock clock}, {@link ManualClock};
 * constructors not with an instance field, which comes too late for them. When a test fails, what the emulator saw is printed to
 * standard error, in short and without credentials.
 */
public final class GenAiLiveEmulatorExtension
        implements
            BeforeAllCallback,
            AfterAllCallback,
            BeforeEachCallback,
            AfterEachCallback,
            ParameterResolver {

    private static final Set<Class<?>> PARAMETERS = Set.of(GenAiLiveEmulator.class, Faults.class, ManualClock.class);

    /**
     * @param test the unique id of the test that it serves now
     */
    private record Running(GenAiLiveEmulator emulator, AtomicReference<String> test) {
    }

    private final Optional<GenAiLiveEmulator.Builder> builder;
    private final Set<Running> all = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Running> ofThread = new ThreadLocal<>();

    /** As {@link WithGenAiLiveEmulator} on the test class says, or with the defaults of the builder. */
    public GenAiLiveEmulatorExtension() {
        this.builder = Optional.empty();
    }

    /**
     * @param builder describes the emulators to start
     */
    public GenAiLiveEmulatorExtension(GenAiLiveEmulator.Builder builder) {
        this.builder = Optional.of(Objects.requireNonNull(builder, "builder"));
    }

    /**
     * The running emulator. Of several, when classes that share this extension run in parallel, the one of the calling thread's
     * test; other threads should use the parameter of the test.
     *
     * @throws IllegalStateException outside a test
     */
    public GenAiLiveEmulator get() {
        Running mine = ofThread.get();
        if (mine != null && all.contains(mine)) {
            return mine.emulator();
        }
        Set<Running> running = Set.copyOf(all);
        if (running.size() != 1) {
            throw new IllegalStateException(running.isEmpty()
                    ? "The emulator runs during tests only; is the extension registered?"
                    : "Several emulators run in parallel and none for this thread; let the test have it as a parameter");
        }
        return running.iterator().next().emulator();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<WithGenAiLiveEmulator> annotation = annotation(context);
        // nested classes have that of their outer class, unless they say themselves what they want
        if (running(context) == null || builder.isEmpty() && annotation.isPresent()) {
            start(context, annotation);
        }
        ofThread.set(running(context));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Running shared = running(context);
        if (shared == null) {
            start(context, annotation(context));
        } else if (shared.test().compareAndSet(null, context.getUniqueId())) {
            shared.emulator().reset();
        } else {
            throw new ExtensionConfigurationException("Another test is using this emulator, which would be reset under it. "
                    + "Put the extension into an instance field, so that each test has its own, or run the tests of this class "
                    + "one after the other: @Execution(ExecutionMode.SAME_THREAD)");
        }
        ofThread.set(running(context));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Running running = running(context);
        // a test that got none, or none for itself, has nothing to tell
        if (running != null && context.getUniqueId().equals(running.test().get())) {
            context.getExecutionException().filter(failure -> !(failure instanceof TestAbortedException))
                    .ifPresent(failure -> System.err.println(
                            context.getDisplayName() + " failed; " + EmulatorDigest.of(running.emulator())));
            running.test().set(null);
        }
        stop(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARAMETERS.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = running(context);
        if (running == null) {
            throw new ParameterResolutionException(
                    "The emulator of an instance field does not run yet; make the field of the extension static");
        }
        Class<?> type = parameter.getParameter().getType();
        if (type == GenAiLiveEmulator.class) {
            return running.emulator();
        }
        if (type == Faults.class) {
            return running.emulator().faults();
        }
        if (running.emulator().clock() instanceof ManualClock clock) {
            return clock;
        }
        throw new ParameterResolutionException("The emulator has the clock of the system; give it a manual one: "
                + "builder().clock(new ManualClock()), or @WithGenAiLiveEmulator(manualClock = true)");
    }

    private void start(ExtensionContext context, Optional<WithGenAiLiveEmulator> annotation) {
        GenAiLiveEmulator emulator = builder.or(() -> annotation.map(GenAiLiveEmulatorExtension::described))
                .orElseGet(GenAiLiveEmulator::builder).start();
        boolean forOneTest = context.getTestMethod().isPresent();
        Running running = new Running(emulator, new AtomicReference<>(forOneTest ? context.getUniqueId() : null));
        all.add(running);
        store(context).put(Running.class, running);
    }

    private void stop(ExtensionContext context) {
        ofThread.remove();
        // what outer contexts have stays
        Running own = store(context).remove(Running.class, Running.class);
        if (own != null) {
            all.remove(own);
            own.emulator().close();
        }
    }

    private Running running(ExtensionContext context) {
        return store(context).get(Running.class, Running.class);
    }

    private ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(GenAiLiveEmulatorExtension.class, this));
    }

    private static Optional<WithGenAiLiveEmulator> annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), WithGenAiLiveEmulator.class);
    }

    private static GenAiLiveEmulator.Builder described(WithGenAiLiveEmulator annotation) {
        GenAiLiveEmulator.Builder builder = GenAiLiveEmulator.builder().scenario(annotation.scenario())
                .faults(armed -> {
                    for (String fault : annotation.faults()) {
                        armed.arm(Fault.parse(fault));
                    }
                });
        if (annotation.immediate()) {
            builder.pacing(Pacing.IMMEDIATE);
        }
        if (!annotation.apiKey().isEmpty()) {
            builder.apiKey(annotation.apiKey());
        }
        return annotation.manualClock() ? builder.clock(new ManualClock()) : builder;
    }
}
