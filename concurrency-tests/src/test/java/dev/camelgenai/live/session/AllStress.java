package dev.camelgenai.live.session;

import java.util.List;
import java.util.stream.Stream;

import org.openjdk.jcstress.annotations.JCStressTest;

/** All that there is to be stressed. */
final class AllStress {

    private AllStress() {
    }

    static List<Class<?>> all() {
        return Stream.of(OutboxStress.class, LiveSessionStress.class, LiveSessionsStress.class, TurnTrackerStress.class,
                KeptHandleStress.class, SessionTimersStress.class, ToolCallsStress.class)
                .<Class<?>>flatMap(type -> Stream.of(type.getDeclaredClasses()))
                .filter(type -> type.isAnnotationPresent(JCStressTest.class)).toList();
    }
}
