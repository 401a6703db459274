package dev.camelgenai.quarkus.live.graal;

import java.util.function.BooleanSupplier;

/** Whether the application does without the SDK's own HTTP client. */
final class OkHttpAbsent implements BooleanSupplier {

    static final String NO_CLIENT = "The option client takes a com.google.genai.Client, which needs com.squareup.okhttp3:okhttp";

    @Override
    public boolean getAsBoolean() {
        try {
            Class.forName("okhttp3.OkHttpClient", false, OkHttpAbsent.class.getClassLoader());
            return false;
        } catch (ClassNotFoundException e) {
            return true;
        }
    }
}
