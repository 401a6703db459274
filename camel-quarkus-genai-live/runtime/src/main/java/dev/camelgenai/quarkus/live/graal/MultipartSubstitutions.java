package dev.camelgenai.quarkus.live.graal;

import java.util.List;
import java.util.function.BooleanSupplier;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.netty.handler.codec.http.HttpHeaders;
import org.asynchttpclient.request.body.multipart.MultipartBody;
import org.asynchttpclient.request.body.multipart.MultipartUtils;
import org.asynchttpclient.request.body.multipart.Part;
import org.asynchttpclient.request.body.multipart.part.MultipartPart;

/**
 * The client that carries the sessions can upload files, which nobody asks it for. It takes their types from a class of
 * {@code javax.activation}, which Quarkus leaves out of applications in favour of Jakarta's.
 */
@TargetClass(value = MultipartUtils.class, onlyWith = MultipartSubstitutions.ActivationAbsent.class)
final class MultipartSubstitutions {

    static final class ActivationAbsent implements BooleanSupplier {

        private static final String NO_UPLOADS = "Uploads in parts with AsyncHttpClient need javax.activation";

        @Override
        public boolean getAsBoolean() {
            try {
                Class.forName("javax.activation.MimetypesFileTypeMap", false, ActivationAbsent.class.getClassLoader());
                return false;
            } catch (ClassNotFoundException e) {
                return true;
            }
        }
    }

    @Substitute
    public static MultipartBody newMultipartBody(List<Part> parts, HttpHeaders headers) {
        throw new UnsupportedOperationException(ActivationAbsent.NO_UPLOADS);
    }

    @Substitute
    public static List<MultipartPart<? extends Part>> generateMultipartParts(List<Part> parts, byte[] boundary) {
        throw new UnsupportedOperationException(ActivationAbsent.NO_UPLOADS);
    }
}
