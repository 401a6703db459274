package dev.camelgenai.live.protocol;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import com.google.genai.types.Behavior;
import com.google.genai.types.LiveConnectConfig;

import static dev.camelgenai.live.protocol.SetupLimit.AFFECTIVE_DIALOG_IS_REFUSED;
import static dev.camelgenai.live.protocol.SetupLimit.AFFECTIVE_DIALOG_SILENCES;
import static dev.camelgenai.live.protocol.SetupLimit.ALWAYS_PROACTIVE;
import static dev.camelgenai.live.protocol.SetupLimit.ANSWERS_IN_AUDIO;
import static dev.camelgenai.live.protocol.SetupLimit.NEVER_BLOCKS;
import static dev.camelgenai.live.protocol.SetupLimit.NO_CODE_EXECUTION;
import static dev.camelgenai.live.protocol.SetupLimit.NO_GOOGLE_MAPS;
import static dev.camelgenai.live.protocol.SetupLimit.NO_THINKING_CONFIG;
import static dev.camelgenai.live.protocol.SetupLimit.NO_URL_CONTEXT;
import static dev.camelgenai.live.protocol.SetupLimit.PROACTIVITY_SILENCES;
import static dev.camelgenai.live.protocol.SetupLimit.WAITS_FOR_TOOLS;

/**
 * What the known families of live models take and do not take ({@code protocol} 4.1, 4.2, 4.4, 4.5, 6). A family is told by
 * the model's name; a name that is not known, such as that of a tuned model, belongs to {@link #UNKNOWN}, of which nothing is
 * claimed.
 */
public enum ModelFamily {

    GEMINI_3_8_LIVE_EXTENDED_THINKING("Gemini 3.8 Live Extended Thinking", "gemini-3\\.8-live-extended-thinking",
            EnumSet.of(ANSWERS_IN_AUDIO, AFFECTIVE_DIALOG_IS_REFUSED, ALWAYS_PROACTIVE, NEVER_BLOCKS), true, false),

    GEMINI_3_8_LIVE("Gemini 3.8 Live", "gemini-3\\.8-live",
            EnumSet.of(ANSWERS_IN_AUDIO, NO_THINKING_CONFIG, AFFECTIVE_DIALOG_IS_REFUSED, ALWAYS_PROACTIVE), true, false),

    GEMINI_3_1_FLASH_LIVE("Gemini 3.1 Flash Live", "gemini-3\\.1-flash-live", EnumSet.of(AFFECTIVE_DIALOG_SILENCES,
            PROACTIVITY_SILENCES, WAITS_FOR_TOOLS, NO_GOOGLE_MAPS, NO_CODE_EXECUTION, NO_URL_CONTEXT), false, true),

    /** As the Developer API offers it. */
    GEMINI_2_5_NATIVE_AUDIO("Gemini 2.5 Flash native audio", "gemini-2\\.5-flash-native-audio",
            EnumSet.of(NO_GOOGLE_MAPS, NO_CODE_EXECUTION, NO_URL_CONTEXT), false, false),

    /** As Vertex AI offers it. */
    GEMINI_LIVE_2_5_NATIVE_AUDIO("Gemini Live 2.5 Flash native audio", "gemini-live-2\\.5-flash(-preview)?-native-audio",
            EnumSet.noneOf(SetupLimit.class), false, false),

    UNKNOWN("unknown", "", EnumSet.noneOf(SetupLimit.class), true, false);

    private final String title;
    private final Pattern names;
    private final Set<SetupLimit> limits;
    private final boolean updatesContext;
    private final boolean laterTextIsRealtime;

    ModelFamily(String title, String names, Set<SetupLimit> limits, boolean updatesContext, boolean laterTextIsRealtime) {
        this.title = title;
        // only of previews and versions: other words after the name stand for another kind of model
        this.names = Pattern.compile(names + "(-preview|-latest|-exp)?(-\\d[\\d-]*)?");
        this.limits = limits;
        this.updatesContext = updatesContext;
        this.laterTextIsRealtime = laterTextIsRealtime;
    }

    /** The family of a model, with whatever prefix its name has. */
    public static ModelFamily of(LiveModelName model) {
        String name = model.value().substring(model.value().lastIndexOf('/') + 1);
        return Arrays.stream(values()).filter(family -> family != UNKNOWN && family.names.matcher(name).matches())
                .findFirst().orElse(UNKNOWN);
    }

    /**
     * What a setup asks for that models of this family refuse, answer with nothing but silence, or do differently; each with
     * the option and the fix. Empty for a setup that is as it should be.
     */
    public List<String> complaints(LiveConnectConfig config) {
        return limits.stream().filter(limit -> limit.isExceededBy(config)).map(SetupLimit::advice).toList();
    }

    /** Whether models of this family take {@code contextUpdate}; {@code true} where that is not known. */
    public boolean updatesContext() {
        return updatesContext;
    }

    /**
     * Whether models of this family go on with the conversation while a function runs, and take more than one result of it
     * ({@code protocol} 4.4).
     *
     * @param declared the {@code behavior} that the function is declared with; {@code null} for none
     */
    public boolean runsInBackground(Behavior.Known declared) {
        if (limits.contains(WAITS_FOR_TOOLS) || limits.contains(NEVER_BLOCKS)) {
            return limits.contains(NEVER_BLOCKS);
        }
        return declared == null ? this == GEMINI_3_8_LIVE : declared == Behavior.Known.NON_BLOCKING;
    }

    /**
     * Whether text that asks for an answer must travel as realtime text, because client content is taken before the model's
     * first turn only. Never on Vertex AI, whose raw API has no realtime text.
     */
    public boolean needsRealtimeText(LiveService service) {
        return laterTextIsRealtime && service == LiveService.DEVELOPER_API;
    }

    /** As people call it. */
    @Override
    public String toString() {
        return title;
    }
}
