package dev.camelgenai.emulator;

/** How a client presented its credential on the upgrade request. */
public enum CredentialForm {

    /** {@code x-goog-api-key: KEY}. */
    API_KEY_HEADER,

    /** {@code ?key=KEY}. */
    API_KEY_QUERY,

    /** {@code Authorization: Token auth_tokens/...}, an ephemeral token. */
    TOKEN_HEADER,

    /** {@code ?access_token=...}, an ephemeral or an OAuth token. */
    ACCESS_TOKEN_QUERY,

    /** {@code Authorization: Bearer ...}, an OAuth token. */
    BEARER_HEADER,

    /** No credential at all. */
    NONE
}
