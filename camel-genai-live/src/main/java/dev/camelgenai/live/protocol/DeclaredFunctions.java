package dev.camelgenai.live.protocol;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.Tool;

/** Java methods given as tools become declarations: JSON knows no methods and would drop them. */
final class DeclaredFunctions {

    private DeclaredFunctions() {
    }

    static List<Tool> in(List<Tool> tools) {
        return tools.stream().map(DeclaredFunctions::in).toList();
    }

    private static Tool in(Tool tool) {
        if (tool.functions().isEmpty()) {
            return tool;
        }
        List<FunctionDeclaration> declarations = new ArrayList<>();
        for (Method method : tool.functions().get()) {
            declarations.add(FunctionDeclaration.fromMethod(method));
        }
        tool.functionDeclarations().ifPresent(declarations::addAll);
        return tool.toBuilder().clearFunctions().functionDeclarations(declarations).build();
    }
}
