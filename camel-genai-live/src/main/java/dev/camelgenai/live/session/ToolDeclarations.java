package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Tool;

/** Puts the functions of a {@link ToolBox} among the tools that a session has otherwise. */
final class ToolDeclarations {

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

    static Set<String> names(List<Tool> tools) {
        Set<String> names = new HashSet<>();
        tools.forEach(tool -> tool.functionDeclarations().orElse(List.of()).stream().map(FunctionDeclaration::name)
                .flatMap(Optional::stream).forEach(names::add));
        return names;
    }
}
