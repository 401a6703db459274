package dev.camelgenai.live.transport;

import java.util.Map;

/** A request whose socket AsyncHttpClient opens, as the handlers next to that socket see it. */
interface Attempt {

    Dial<?> dial();

    /** The request's headers, apart from credentials. */
    Map<String, String> headers();
}
