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
public final class LoggedWarnings extends AbstractAppender implements AutoCloseable {

    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> causes = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = LoggerContext.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();

    public LoggedWarnings() {
        super("warnings", null, null, true, Property.EMPTY_ARRAY);
        start();
        root.addAppender(this, Level.WARN, null);
        context.updateLoggers();
    }

    @Override
    public void append(LogEvent event) {
        if (event.getLoggerName().startsWith("dev.camelgenai.live.")) {
            texts.add(event.getMessage().getFormattedMessage());
            if (event.getThrown() != null) {
                causes.add(event.getThrown());
            }
        }
    }

    public List<String> texts() {
        return List.copyOf(texts);
    }

    public List<Throwable> causes() {
        return List.copyOf(causes);
    }

    @Override
    public void close() {
        root.removeAppender(getName());
        context.updateLoggers();
    }
}
