package dev.camelgenai.emulator.internal.protocol;

import java.util.Optional;
import java.util.function.Function;

import dev.camelgenai.emulator.CredentialForm;

/**
 * What a client showed at the upgrade. Its text is never printed.
 *
 * @param form  how it was presented
 * @param value the bare key or token, empty for {@link CredentialForm#NONE}
 */
public record Credential(CredentialForm form, String value) {

    private static final String TOKEN = "Token ";
    private static final String BEARER = "Bearer ";

    /**
     * Reads the first credential in the order in which the service looks: headers before the query.
     *
     * @param header gives the value of a header or {@code null}
     * @param query  gives the decoded value of a query parameter or {@code null}
     */
    public static Credential read(Function<String, String> header, Function<String, String> query) {
        return of(CredentialForm.API_KEY_HEADER, header.apply("x-goog-api-key"))
                .or(() -> authorization(header.apply("Authorization")))
                .or(() -> of(CredentialForm.API_KEY_QUERY, query.apply("key")))
                .or(() -> of(CredentialForm.ACCESS_TOKEN_QUERY, query.apply("access_token")))
                .orElse(new Credential(CredentialForm.NONE, ""));
    }

    /** Whether it is an API key. */
    public boolean isApiKey() {
        return form == CredentialForm.API_KEY_HEADER || form == CredentialForm.API_KEY_QUERY;
    }

    /** Whether it is a token that was minted for one conversation, and not an OAuth token. */
    public boolean isEphemeral() {
        return form == CredentialForm.TOKEN_HEADER
                || form == CredentialForm.ACCESS_TOKEN_QUERY && value.startsWith("auth_tokens/");
    }

    @Override
    public String toString() {
        return "Credential[form=" + form + ']';
    }

    private static Optional<Credential> authorization(String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (header.regionMatches(true, 0, TOKEN, 0, TOKEN.length())) {
            return of(CredentialForm.TOKEN_HEADER, header.substring(TOKEN.length()).strip());
        }
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return of(CredentialForm.BEARER_HEADER, header.substring(BEARER.length()).strip());
        }
        return Optional.empty();
    }

    private static Optional<Credential> of(CredentialForm form, String value) {
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(new Credential(form, value));
    }
}
