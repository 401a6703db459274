package dev.camelgenai.live.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which fields a service does not take. Everything else is sent as it is. The same fields are refused as by Google's
 * SDK 1.70.0, and {@code SdkParityTest} compares the two ({@code protocol} 4.1.1).
 *
 * @param path where the field is, {@code []} stands for every element of an array
 * @param only the one service that takes it, or {@code null} when no live session does
 */
record FieldSupport(String path, LiveService only) {

    private static final List<FieldSupport> BLOB = List.of(
            onlyVertexAi("displayName"));

    private static final List<FieldSupport> CONTENT = List.of(
            onlyVertexAi("parts[].fileData.displayName"),
            onlyVertexAi("parts[].functionCall.partialArgs"),
            onlyVertexAi("parts[].functionCall.willContinue"),
            onlyVertexAi("parts[].inlineData.displayName"),
            onlyDeveloperApi("parts[].toolCall"),
            onlyDeveloperApi("parts[].toolResponse"),
            onlyDeveloperApi("parts[].partMetadata"));

    private static final List<FieldSupport> TOOL = List.of(
            onlyVertexAi("retrieval"),
            onlyVertexAi("enterpriseWebSearch"),
            onlyVertexAi("parallelAiSearch"),
            onlyVertexAi("exaAiSearch"),
            onlyVertexAi("googleSearch.blockingConfidence"),
            onlyVertexAi("googleSearch.excludeDomains"),
            onlyVertexAi("googleMaps.groundingTypes"),
            onlyVertexAi("googleMaps.authConfig.apiKeyConfig"),
            onlyVertexAi("googleMaps.authConfig.authType"),
            onlyVertexAi("googleMaps.authConfig.googleServiceAccountConfig"),
            onlyVertexAi("googleMaps.authConfig.httpBasicAuthConfig"),
            onlyVertexAi("googleMaps.authConfig.oauthConfig"),
            onlyVertexAi("googleMaps.authConfig.oidcConfig"),
            onlyDeveloperApi("fileSearch"),
            onlyDeveloperApi("computerUse.disabledSafetyPolicies"),
            onlyDeveloperApi("mcpServers[].name"),
            onlyDeveloperApi("mcpServers[].streamableHttpTransport"));

    /** Of {@code LiveConnectConfig}. */
    static final List<FieldSupport> SETUP = table(
            List.of(
                    notLive("httpOptions"),
                    notLive("speechConfig.multiSpeakerVoiceConfig"),
                    onlyDeveloperApi("speechConfig.voiceConfig.replicatedVoiceConfig.consentAudio"),
                    onlyDeveloperApi("speechConfig.voiceConfig.replicatedVoiceConfig.voiceConsentSignature"),
                    onlyVertexAi("sessionResumption.transparent"),
                    onlyVertexAi("explicitVadSignal"),
                    onlyVertexAi("safetySettings[].method")),
            under("systemInstruction.", CONTENT),
            under("tools[].", TOOL));

    /** Of {@code LiveSendClientContentParameters}. */
    static final List<FieldSupport> CLIENT_CONTENT = under("turns[].", CONTENT);

    /** Of {@code LiveSendToolResponseParameters}. */
    static final List<FieldSupport> TOOL_RESPONSE = List.of();

    /** Of a context update, in its wire form. */
    static final List<FieldSupport> CONTEXT_UPDATE = table(
            List.of(),
            under("systemInstruction.", CONTENT),
            under("tools.tools[].", TOOL));

    /** Of one blob of realtime input. */
    static final List<FieldSupport> REALTIME_BLOB = BLOB;

    /** The first field in the tree that the service does not take. */
    static Optional<FieldSupport> firstUnsupported(List<FieldSupport> table, JsonNode tree, LiveService service) {
        return table.stream()
                .filter(field -> field.only != service)
                .filter(field -> isSet(tree, field.path.split("\\."), 0))
                .findFirst();
    }

    /** What to tell the user, way out included. */
    String refusal() {
        if (path.equals("httpOptions")) {
            return "httpOptions is not supported in the config of a live session; set baseUrl, apiVersion and headers as options";
        }
        if (only == null) {
            return path + " is not supported in the live API; remove it";
        }
        return only == LiveService.VERTEX_AI
                ? path + " is only supported on Vertex AI, not on the Gemini Developer API; remove it or set vertexAi=true"
                : path + " is only supported on the Gemini Developer API, not on Vertex AI; remove it or set vertexAi=false";
    }

    private static boolean isSet(JsonNode node, String[] steps, int from) {
        if (node == null || node.isNull()) {
            return false;
        }
        if (from == steps.length) {
            return true;
        }
        String step = steps[from];
        if (!step.endsWith("[]")) {
            return isSet(node.get(step), steps, from + 1);
        }
        JsonNode elements = node.get(step.substring(0, step.length() - 2));
        if (elements != null) {
            for (JsonNode element : elements) {
                if (isSet(element, steps, from + 1)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static FieldSupport onlyVertexAi(String path) {
        return new FieldSupport(path, LiveService.VERTEX_AI);
    }

    private static FieldSupport onlyDeveloperApi(String path) {
        return new FieldSupport(path, LiveService.DEVELOPER_API);
    }

    private static FieldSupport notLive(String path) {
        return new FieldSupport(path, null);
    }

    private static List<FieldSupport> under(String prefix, List<FieldSupport> table) {
        return table.stream().map(field -> new FieldSupport(prefix + field.path, field.only)).toList();
    }

    @SafeVarargs
    private static List<FieldSupport> table(List<FieldSupport>... parts) {
        List<FieldSupport> table = new ArrayList<>();
        for (List<FieldSupport> part : parts) {
            table.addAll(part);
        }
        return List.copyOf(table);
    }
}
