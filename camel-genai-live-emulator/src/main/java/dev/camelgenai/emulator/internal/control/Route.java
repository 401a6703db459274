package dev.camelgenai.emulator.internal.control;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that can be asked for.
 *
 * @param method  of HTTP
 * @param path    with at most one variable, in braces
 * @param query   the names of the parameters that it knows
 * @param does    for humans
 * @param action  may block
 * @param pattern of the path
 */
record Route(String method, String path, Set<String> query, String does, Function<ControlRequest, Answer> action,
        Pattern pattern) {

    Route(String method, String path, Set<String> query, String does, Function<ControlRequest, Answer> action) {
        this(method, path, query, does, action, Pattern.compile(path.replaceAll("\\{\\w+}", "([^/]+)")));
    }

    Route(String method, String path, String does, Function<ControlRequest, Answer> action) {
        this(method, path, Set.of(), does, action);
    }

    /** What the variable is in this path, empty text if the route has none; nothing if the path is another one. */
    Optional<String> match(String actual) {
        Matcher matcher = pattern.matcher(actual);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(matcher.groupCount() == 0 ? "" : matcher.group(1));
    }
}
