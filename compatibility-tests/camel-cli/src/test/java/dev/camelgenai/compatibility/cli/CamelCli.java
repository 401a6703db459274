package dev.camelgenai.compatibility.cli;

import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** What JBang does for a user who types {@code camel}. */
final class CamelCli {

    private CamelCli() {
    }

    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}
