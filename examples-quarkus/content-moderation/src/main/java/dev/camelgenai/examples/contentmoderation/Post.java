package dev.camelgenai.examples.contentmoderation;

/**
 * What somebody wants to publish.
 *
 * @param id     given by the application
 * @param author who; names the session in which it is judged
 * @param text   not to be trusted
 */
record Post(long id, String author, String text) {

    /** Exchange property with the post that is being judged. */
    static final String PROPERTY = "post";
}
