package dev.camelgenai.quarkus.live.graal;

import java.util.List;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.netty.handler.codec.http.HttpHeaders;
import org.asynchttpclient.request.body.multipart.MultipartBody;
import org.asynchttpclient.request.body.multipart.MultipartUtils;
import org.asynchttpclient.request.body.multipart.Part;

/** Forms with files, which the component never sends: their parts do not link without {@code javax.activation}. */
@TargetClass(value = MultipartUtils.class, onlyWith = ActivationAbsent.class)
final class MultipartSubstitutions {

    @Substitute
    public static MultipartBody newMultipartBody(List<Part> parts, HttpHeaders requestHeaders) {
        throw new UnsupportedOperationException("Forms with files need javax.activation");
    }
}
