package dev.camelgenai.live;

import com.google.genai.types.AuthToken;
import org.apache.camel.Converter;

/** Lets a route convert an ephemeral token into what a client needs. */
@Converter(generateLoader = true)
public final class AuthTokenConverter {

    private AuthTokenConverter() {
    }

    /** The name, which is what a client uses as its API key. */
    @Converter
    public static String toString(AuthToken token) {
        return token.name().orElseThrow(() -> new IllegalArgumentException("The token has no name"));
    }
}
