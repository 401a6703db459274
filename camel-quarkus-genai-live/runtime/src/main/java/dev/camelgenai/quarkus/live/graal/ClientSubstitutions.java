package dev.camelgenai.quarkus.live.graal;

import java.util.function.BooleanSupplier;

import com.google.genai.Client;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

/**
 * The option {@code client} may be a client of Google's SDK, whose methods go on to the SDK's own HTTP client. Where that is left
 * out there can be no such client, but an image cannot be linked without what its methods call.
 */
@TargetClass(value = Client.class, onlyWith = ClientSubstitutions.WithoutHttpClient.class)
final class ClientSubstitutions {

    /** Of the SDK: OkHttp. */
    static final class WithoutHttpClient implements BooleanSupplier {

        @Override
        public boolean getAsBoolean() {
            try {
                Class.forName("okhttp3.OkHttpClient", false, Thread.currentThread().getContextClassLoader());
                return false;
            } catch (ClassNotFoundException e) {
                return true;
            }
        }

        static IllegalStateException absent() {
            return new IllegalStateException(
                    "This executable was built without OkHttp, which a com.google.genai.Client needs; add"
                            + " com.squareup.okhttp3:okhttp to the application, or set apiKey, project and location instead of client");
        }
    }

    @Substitute
    public boolean vertexAI() {
        throw WithoutHttpClient.absent();
    }

    @Substitute
    public String project() {
        throw WithoutHttpClient.absent();
    }

    @Substitute
    public String location() {
        throw WithoutHttpClient.absent();
    }

    @Substitute
    public String apiKey() {
        throw WithoutHttpClient.absent();
    }
}
