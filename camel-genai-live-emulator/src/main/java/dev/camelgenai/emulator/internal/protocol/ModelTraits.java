package dev.camelgenai.emulator.internal.protocol;

/**
 * How the families of live models differ, by the names of the models (protocol notes 3, 4.4, 6 and 7.2). A name of no known
 * family gets the most permissive traits.
 *
 * @param audioOnly             TEXT is refused as a response modality
 * @param proactiveAlways       {@code proactiveAudio:false} is refused, as are affective dialog and, unless the model thinks
 *                              aloud, a thinking configuration
 * @param silentOnProactivity   a setup with affective dialog or proactivity is never answered
 * @param interactionStatus     every {@code turnComplete} tells whether the interaction goes on
 * @param nonBlockingByDefault  functions without a {@code behavior} do not block
 * @param nonBlocking           functions can be declared as not blocking; otherwise such a declaration is ignored
 * @param completesAtToolCall   {@code turnComplete} follows a blocking {@code toolCall} at once
 * @param namesResponses        a function response without a name is taken for a failure
 */
public record ModelTraits(boolean audioOnly, boolean proactiveAlways, boolean silentOnProactivity, boolean interactionStatus,
        boolean nonBlockingByDefault, boolean nonBlocking, boolean completesAtToolCall, boolean namesResponses) {

    private static final ModelTraits PERMISSIVE = new ModelTraits(false, false, false, false, false, true, false, false);
    private static final ModelTraits GEMINI_2_5 = new ModelTraits(false, false, false, false, false, true, true, false);
    private static final ModelTraits GEMINI_3_1 = new ModelTraits(false, false, true, false, false, false, false, false);
    private static final ModelTraits GEMINI_3_8 = new ModelTraits(true, true, false, false, true, true, false, false);
    private static final ModelTraits THINKING = new ModelTraits(true, true, false, true, true, true, false, true);

    /**
     * The traits of a model.
     *
     * @param name without any prefix
     */
    public static ModelTraits of(String name) {
        if (name.contains("extended-thinking")) {
            return THINKING;
        }
        if (name.startsWith("gemini-3.8")) {
            return GEMINI_3_8;
        }
        if (name.startsWith("gemini-3.1")) {
            return GEMINI_3_1;
        }
        return name.contains("2.5") ? GEMINI_2_5 : PERMISSIVE;
    }
}
