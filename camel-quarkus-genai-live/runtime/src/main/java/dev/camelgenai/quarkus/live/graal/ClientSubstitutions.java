package dev.camelgenai.quarkus.live.graal;

import com.google.genai.Client;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * The component asks the SDK's client, where the option {@code client} has one, for its settings. Without OkHttp there can be
 * none, but the image builder wants to link what it is made of all the same.
 */
@TargetClass(value = Client.class, onlyWith = OkHttpAbsent.class)
final class ClientSubstitutions {

    @Substitute
    public boolean vertexAI() {
        throw new UnsupportedOperationException(OkHttpAbsent.NO_CLIENT);
    }

    @Substitute
    public String project() {
        throw new UnsupportedOperationException(OkHttpAbsent.NO_CLIENT);
    }

    @Substitute
    public String location() {
        throw new UnsupportedOperationException(OkHttpAbsent.NO_CLIENT);
    }

    @Substitute
    public String apiKey() {
        throw new UnsupportedOperationException(OkHttpAbsent.NO_CLIENT);
    }
}
