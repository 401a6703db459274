package dev.camelgenai.examples.contentmoderation;

import java.security.SecureRandom;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Asks what is to become of a post. The post stands between two lines with a code word that is new for every post, so that its author
 * cannot write the line that ends it; control characters are left out. Used by the YAML route.
 */
@ApplicationScoped
@Named("question")
public class Question implements Processor {

    private static final int CODE_LENGTH = 12;
    private static final String LETTERS = "bcdfghjkmnpqrstvwxz";
    private static final String CONTROL = "[\\p{Cntrl}&&[^\\n\\t]]";

    private final SecureRandom random = new SecureRandom();

    @Override
    public void process(Exchange exchange) {
        Post post = exchange.getMessage().getBody(Post.class);
        exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, post.author());
        exchange.getMessage().setBody(text(post.text(), code()));
    }

    static String text(String post, String code) {
        return "The post between the lines " + code + ":\n" + code + '\n' + post.replaceAll(CONTROL, "") + '\n' + code;
    }

    private String code() {
        return random.ints(CODE_LENGTH, 0, LETTERS.length()).mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }
}
