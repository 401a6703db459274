package dev.camelgenai.live.tool;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.spi.Language;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.ExchangeHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says whether a call may run its route. Whatever is not plainly a yes is a no. Thread-safe. */
final class ToolAuthorization {

    private static final Logger LOG = LoggerFactory.getLogger(ToolAuthorization.class);

    private static final String ACCEPTED = "give a bean of type org.apache.camel.Predicate (#bean:name), or an expression of the"
            + " simple language such as ${header.CamelGenAiLiveSessionKey} starts with 'vip'";

    private final String tool;
    private final Predicate rule;

    private ToolAuthorization(String tool, Predicate rule) {
        this.tool = tool;
        this.rule = rule;
    }

    /**
     * By the option of the endpoint, else of its component; without either all calls are allowed.
     *
     * @throws LiveInputException when the option is neither a predicate nor an expression that can be read
     */
    static ToolAuthorization of(GenAiLiveToolEndpoint endpoint) {
        Object own = endpoint.getAuthorization();
        Object option = own != null ? own : ((GenAiLiveToolComponent) endpoint.getComponent()).getAuthorization();
        return new ToolAuthorization(endpoint.getName(),
                option == null ? null : rule(endpoint.getCamelContext(), endpoint.getName(), option));
    }

    private static Predicate rule(CamelContext camelContext, String tool, Object option) {
        if (option instanceof String text && !text.isBlank()) {
            return text.startsWith("#") ? bean(camelContext, tool, text) : expression(camelContext, tool, text.strip());
        }
        if (option instanceof Predicate predicate) {
            return predicate;
        }
        throw new LiveInputException("The option authorization of the tool " + tool + " is "
                + (option instanceof String ? "blank" : "of the type " + option.getClass().getName()) + "; " + ACCEPTED, false);
    }

    private static Predicate bean(CamelContext camelContext, String tool, String reference) {
        String name = reference.replaceFirst("^#(bean:)?", "");
        Object bean = CamelContextHelper.lookup(camelContext, name);
        if (bean instanceof Predicate predicate) {
            return predicate;
        }
        throw new LiveInputException("The option authorization of the tool " + tool + " names the bean " + name + ", which "
                + (bean == null ? "does not exist" : "is of the type " + bean.getClass().getName()) + "; " + ACCEPTED, false);
    }

    private static Predicate expression(CamelContext camelContext, String tool, String text) {
        try {
            Language simple = camelContext.resolveLanguage("simple");
            Predicate predicate = simple.createPredicate(text);
            predicate.initPredicate(camelContext);
            if (!isOneFunction(text)) {
                return predicate;
            }
            Expression value = simple.createExpression(text);
            value.init(camelContext);
            return exchange -> isTrue(value.evaluate(exchange, Object.class));
        } catch (RuntimeException e) {
            throw new LiveInputException(
                    "The option authorization of the tool " + tool + " cannot be read as an expression of the"
                            + " simple language: " + text + "; " + ACCEPTED,
                    false, e);
        }
    }

    /** As a predicate, simple takes the value of a function for a yes as soon as there is one. */
    private static boolean isOneFunction(String text) {
        if (!text.startsWith("${")) {
            return false;
        }
        int open = 0;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                return i == text.length() - 1;
            }
        }
        return false;
    }

    private static boolean isTrue(Object value) {
        return Boolean.TRUE.equals(value) || "true".equals(value);
    }

    /**
     * Whether the route may run. A no is told in the log, never with the arguments.
     *
     * @param exchange as the route is going to get it; what the rule sets in its message or properties, the route does not see.
     *                 The body itself and the values of headers are the same objects, which a rule must not change.
     */
    boolean allows(Exchange exchange) {
        if (rule == null) {
            return true;
        }
        try {
            Exchange copy = ExchangeHelper.createCopy(exchange, true);
            boolean allowed = rule.matches(copy) && copy.getException() == null;
            if (!allowed) {
                LOG.warn("A call of the tool {} by session {} is not allowed", tool, sessionKey(exchange), copy.getException());
            }
            return allowed;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.warn("A call of the tool {} by session {} is not allowed, because the option authorization failed", tool,
                    sessionKey(exchange), e);
            return false;
        }
    }

    private static Object sessionKey(Exchange exchange) {
        return exchange.getMessage().getHeader(GenAiLiveToolConstants.SESSION_KEY);
    }
}
