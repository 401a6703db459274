package dev.camelgenai.live;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What the component warns of while this is open. */
final class LoggedWarnings extends AbstractAppender implements AutoCloseable {

    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = LoggerContext.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();

    LoggedWarnings() {
        super("warnings", null, null, true, Property.EMPTY_ARRAY);
        start();
        root.addAppender(this, Level.WARN, null);
        context.updateLoggers();
    }

    @Override
    public void append(LogEvent event) {
        if (event.getLoggerName().startsWith("dev.camelgenai.live.")) {
            texts.add(event.getMessage().getFormattedMessage());
        }
    }

    List<String> texts() {
        return List.copyOf(texts);
    }

    @Override
    public void close() {
        root.removeAppender(getName());
        context.updateLoggers();
    }
}
