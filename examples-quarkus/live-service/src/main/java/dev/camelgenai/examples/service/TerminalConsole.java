package dev.camelgenai.examples.service;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** The terminal that an example was started from. */
public final class TerminalConsole {

    private TerminalConsole() {
    }

    /** Empty when the program's input comes from a file, a pipe or nowhere. */
    public static Optional<Console> find() {
        return Optional.ofNullable(System.console()).filter(TerminalConsole::isTerminal);
    }

    /** Since JDK 22 there may be a console without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Cannot tell whether there is a terminal", e);
        }
    }
}
