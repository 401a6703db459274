package dev.camelgenai.live.session;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Tool;

/** The functions that tools declare, and those of a {@link ToolBox} among them. */
public final class ToolDeclarations {

    private ToolDeclarations() {
    }

    static LiveConnectConfig in(LiveConnectConfig config, List<FunctionDeclaration> functions) {
        return functions.isEmpty()
                ? config
                : config.toBuilder().tools(among(config.tools().orElse(List.of()), functions)).build();
    }

    /** A function that is declared already stays as it is. */
    static List<Tool> among(List<Tool> tools, List<FunctionDeclaration> functions) {
        Set<String> names = names(tools);
        List<FunctionDeclaration> more = functions.stream()
                .filter(function -> function.name().map(name -> !names.contains(name)).orElse(true)).toList();
        if (more.isEmpty()) {
            return tools;
        }
        List<Tool> all = new ArrayList<>(tools);
        all.add(Tool.builder().functionDeclarations(more).build());
        return all;
    }

    /** The names of the functions; methods are declared by theirs when the setup is sent. */
    public static Set<String> names(List<Tool> tools) {
        Set<String> names = new HashSet<>();
        for (Tool tool : tools) {
            tool.functionDeclarations().orElse(List.of()).stream().map(FunctionDeclaration::name).flatMap(Optional::stream)
                    .forEach(names::add);
            tool.functions().orElse(List.of()).stream().map(Method::getName).forEach(names::add);
        }
        return names;
    }
}
