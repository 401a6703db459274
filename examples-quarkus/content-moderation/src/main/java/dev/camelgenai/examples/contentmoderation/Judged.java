package dev.camelgenai.examples.contentmoderation;

/** A post and what becomes of it. */
record Judged(Post post, Verdict verdict) {

    @Override
    public String toString() {
        return post.id() + " " + post.author() + ": " + verdict;
    }
}
