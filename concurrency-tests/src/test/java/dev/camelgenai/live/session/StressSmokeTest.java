package dev.camelgenai.live.session;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** The tests of this module for some hundred rounds each, without jcstress: enough to find what is plainly wrong in every build. */
class StressSmokeTest {

    private static final int ROUNDS = 500;

    private final ExecutorService actors = Executors.newFixedThreadPool(2);

    static Stream<Class<?>> tests() {
        return AllStress.all().stream();
    }

    @AfterEach
    void stopActors() {
        actors.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("tests")
    void onlyAcceptableOutcomesAreSeen(Class<?> test) throws Exception {
        List<Method> acting = annotated(test, Actor.class);
        Set<String> seen = new TreeSet<>();

        for (int round = 0; round < ROUNDS; round++) {
            seen.add(play(test, acting));
        }

        assertThat(acting).hasSize(2);
        assertThat(acceptable(test)).containsAll(seen);
    }

    private String play(Class<?> test, List<Method> acting) throws Exception {
        Object state = test.getConstructor().newInstance();
        Object result = resultType(test).getConstructor().newInstance();
        CyclicBarrier start = new CyclicBarrier(acting.size());
        List<Future<?>> running = new ArrayList<>();
        for (Method actor : acting) {
            running.add(actors.submit(() -> {
                start.await();
                return invoke(actor, state, result);
            }));
        }
        for (Future<?> actor : running) {
            actor.get(20, TimeUnit.SECONDS);
        }
        for (Method arbiter : annotated(test, Arbiter.class)) {
            invoke(arbiter, state, result);
        }
        return result.toString();
    }

    private static Object invoke(Method method, Object state, Object result) throws ReflectiveOperationException {
        return method.getParameterCount() == 0 ? method.invoke(state) : method.invoke(state, result);
    }

    private static List<Method> annotated(Class<?> test, Class<? extends Annotation> annotation) {
        return Stream.of(test.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(annotation)).toList();
    }

    private static Class<?> resultType(Class<?> test) {
        return Stream.of(test.getDeclaredMethods()).flatMap(method -> Stream.of(method.getParameterTypes()))
                .filter(type -> type.getName().endsWith("_Result")).findFirst().orElseThrow();
    }

    private static List<String> acceptable(Class<?> test) {
        return Stream.of(test.getAnnotationsByType(Outcome.class)).filter(outcome -> outcome.expect() == Expect.ACCEPTABLE)
                .flatMap(outcome -> Stream.of(outcome.id())).toList();
    }
}
