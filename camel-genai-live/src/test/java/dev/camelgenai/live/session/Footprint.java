package dev.camelgenai.live.session;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** How much a session holds: the sizes of everything in it that can grow, by the fields that lead there. */
final class Footprint {

    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Map<Object, Boolean> seen = new IdentityHashMap<>();
    private final Deque<Object> open = new ArrayDeque<>();

    private Footprint() {
    }

    static Map<String, Integer> of(LiveSession session) {
        Footprint footprint = new Footprint();
        footprint.reach(session);
        while (!footprint.open.isEmpty()) {
            footprint.visit(footprint.open.remove());
        }
        return footprint.sizes;
    }

    private void reach(Object object) {
        // what a consumer keeps is its own business
        if (object != null && !(object instanceof SessionConsumer) && !object.getClass().isEnum()
                && seen.put(object, true) == null) {
            open.add(object);
        }
    }

    private void visit(Object object) {
        if (object instanceof Collection<?> all) {
            all.forEach(this::reach);
        } else if (object instanceof Map<?, ?> map) {
            map.keySet().forEach(this::reach);
            map.values().forEach(this::reach);
        } else if (object.getClass().isArray() && !object.getClass().getComponentType().isPrimitive()) {
            for (int i = 0; i < Array.getLength(object); i++) {
                reach(Array.get(object, i));
            }
        } else if (object.getClass().getName().startsWith("dev.camelgenai.live.")) {
            for (Class<?> type = object.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
                if (type.getName().startsWith("dev.camelgenai.live.")) {
                    for (Field field : type.getDeclaredFields()) {
                        visit(object, field);
                    }
                }
            }
        }
    }

    private void visit(Object owner, Field field) {
        if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
            return;
        }
        Object value;
        try {
            field.setAccessible(true);
            value = field.get(owner);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        String name = field.getDeclaringClass().getSimpleName() + '.' + field.getName();
        if (value instanceof Collection<?> all) {
            sizes.merge(name, all.size(), Integer::sum);
        } else if (value instanceof Map<?, ?> map) {
            sizes.merge(name, map.size(), Integer::sum);
        } else if (value instanceof CharSequence text) {
            sizes.merge(name, text.length(), Integer::sum);
        } else if (value instanceof CompletableFuture<?> future) {
            sizes.merge(name + " (dependents)", future.getNumberOfDependents(), Integer::sum);
        }
        reach(value);
    }
}
