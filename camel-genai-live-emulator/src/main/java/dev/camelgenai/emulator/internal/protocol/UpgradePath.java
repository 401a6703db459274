package dev.camelgenai.emulator.internal.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.camelgenai.emulator.EmulatedService;

/**
 * What the path of an upgrade says. Proxies put prefixes before it and both SDKs may double its leading slash.
 *
 * @param service     whose method it is
 * @param version     {@code v1beta} and the like
 * @param constrained whether it is the method for ephemeral tokens
 */
public record UpgradePath(EmulatedService service, String version, boolean constrained) {

    private static final Pattern DEVELOPER = Pattern
            .compile(".*/ws/google\\.ai\\.generativelanguage\\.(v1alpha|v1beta|v1)\\.GenerativeService"
                    + "\\.BidiGenerateContent(Constrained)?");
    private static final Pattern VERTEX = Pattern
            .compile(".*/ws/google\\.cloud\\.aiplatform\\.(v1beta1|v1)\\.LlmBidiService/BidiGenerateContent");

    /** Empty if there is no such method. */
    public static Optional<UpgradePath> parse(String path) {
        Matcher developer = DEVELOPER.matcher(path);
        if (developer.matches()) {
            return Optional
                    .of(new UpgradePath(EmulatedService.DEVELOPER_API, developer.group(1), developer.group(2) != null));
        }
        Matcher vertex = VERTEX.matcher(path);
        if (vertex.matches()) {
            return Optional.of(new UpgradePath(EmulatedService.VERTEX_AI, vertex.group(1), false));
        }
        return Optional.empty();
    }
}
