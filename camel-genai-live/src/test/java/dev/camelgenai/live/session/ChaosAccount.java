package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.RecordedSession;

/**
 * The account of one session after the chaos: what was offered, what each connection took, what the emulator received, and what
 * the session said of it. What cannot be explained is listed.
 */
final class ChaosAccount {

    /** What a message counts as. */
    enum Category {
        RECEIVED_ONCE,
        RECEIVED_AND_REPLAYED,
        REFUSED,
        REFUSED_IN_MID_TURN,
        DROPPED_BY_POLICY,
        CANCELLED_CALL,
        IN_DOUBT
    }

    /**
     * What a handle stands for.
     *
     * @param wire     it came over
     * @param covered  the number of the last message there that was answered before
     * @param consumed the number of the last message there that the service says it knows, transparent sessions only
     */
    private record Known(WireLog.Wire wire, long covered, long consumed) {
    }

    private static final int EDGE = 20;

    final Map<Category, Integer> totals = new EnumMap<>(Category.class);
    final List<String> unexplained = new ArrayList<>();
    long reportedInDoubt;
    long inDoubtReceived;
    /** Texts that were written before a question that was offered before them and had to wait for its turn. */
    int reconnects;
    int ends;

    final String session;
    private final boolean transparent;
    private final Map<String, ChaosMessage> offered = new LinkedHashMap<>();
    private final List<WireLog.Wire> wires;
    private final Map<Integer, RecordedSession> server;
    private final List<SessionEvent> events;
    private final ChaosMemory.Known memory;

    private final Map<WireLog.Wire, List<WireLog.Frame>> taken = new HashMap<>();
    private final Map<WireLog.Wire, List<String>> received = new HashMap<>();
    private final Map<String, Known> handles = new HashMap<>();
    private final Map<WireLog.Wire, Long> answered = new HashMap<>();
    /** Answers that were not replayed because the service has forgotten the call, and will make it again. */
    private final Set<String> pointless = new HashSet<>();
    /** Messages that were on their way over connections which then were lost, and may not be known to the service. */
    private final Map<String, WireLog.Wire> doubtful = new LinkedHashMap<>();

    /**
     * @param wires  of this session, in order
     * @param server the emulator's records of them, by their numbers
     * @param memory what the model knew at the end
     */
    ChaosAccount(String session, boolean transparent, List<ChaosMessage> offered, List<WireLog.Wire> wires,
            Map<Integer, RecordedSession> server, List<SessionEvent> events, ChaosMemory.Known memory) {
        this.session = session;
        this.transparent = transparent;
        offered.forEach(message -> this.offered.put(message.id(), message));
        this.wires = wires;
        this.server = server;
        this.events = events;
        this.memory = memory;
    }

    ChaosAccount settle() {
        wires.forEach(this::follow);
        wires.forEach(this::compareWithServer);
        reports();
        order();
        offered.values().forEach(this::explain);
        memory();
        return this;
    }

    /** What passed over each connection, for whoever has to find out what happened. */
    String log() {
        StringBuilder log = new StringBuilder(session).append(transparent ? ", transparent: " : ": ").append(events);
        for (WireLog.Wire wire : wires) {
            log.append("\n  ").append(wire).append(" resumes ").append(handles.get(wire.resumedWith)).append(", received ")
                    .append(received(wire).size()).append(':');
            for (WireLog.Step step : wire.steps) {
                log.append(' ').append(step instanceof WireLog.Frame frame
                        ? id(frame) + '=' + offered.get(id(frame)).kind + (frame.taken ? "" : "!")
                        : step instanceof WireLog.Handle handle ? "handle(" + handle.lastConsumed() + ")" : step);
            }
            log.append(' ').append(wire.close);
        }
        return log.toString();
    }

    private void wrong(String what) {
        unexplained.add(session + ": " + what);
    }

    private static String id(WireLog.Frame frame) {
        return frame.id;
    }

    private List<WireLog.Frame> taken(WireLog.Wire wire) {
        return taken.computeIfAbsent(wire, each -> each.frames().stream().filter(frame -> frame.taken).toList());
    }

    // ---- what each handle stands for

    /** By the rule of {@link Delivery}: a message was taken in when a turn has ended that answers it, or a later one. */
    private void follow(WireLog.Wire wire) {
        ArrayDeque<Long> open = new ArrayDeque<>();
        Map<Long, Long> toolAnswers = new HashMap<>();
        Map<Long, String> ids = new HashMap<>();
        long last = 0;
        for (WireLog.Step step : wire.steps) {
            if (step instanceof WireLog.Frame frame) {
                long number = frame.message.number();
                ids.put(number, id(frame));
                if (frame.answersTool() && !open.isEmpty()) {
                    toolAnswers.put(open.peekFirst(), number);
                } else if (frame.startsTurn()) {
                    open.addLast(number);
                }
            } else if (step instanceof WireLog.TurnEnd end) {
                Long number = open.pollFirst();
                if (number == null) {
                    wrong("a turn ended on " + wire + " that nobody has asked for: " + end);
                } else {
                    checkAnswer(wire, end, ids, number);
                    // who barges in may have been faster than the answer to a call
                    last = Math.max(last, end.interrupted() ? number : toolAnswers.getOrDefault(number, number));
                }
            } else if (step instanceof WireLog.Handle handle) {
                handles.put(handle.value(), new Known(wire, last, handle.lastConsumed().orElse(0)));
            }
        }
        answered.put(wire, last);
    }

    private void checkAnswer(WireLog.Wire wire, WireLog.TurnEnd end, Map<Long, String> ids, long number) {
        List<String> said = ChaosMessage.idsIn(end.said());
        if (!end.interrupted() && (said.isEmpty() || !said.get(said.size() - 1).equals(ids.get(number)))) {
            wrong("the turn on " + wire + " that should answer " + ids.get(number) + " answers " + said);
        }
    }

    // ---- what arrived

    private void compareWithServer(WireLog.Wire wire) {
        List<WireLog.Frame> frames = wire.frames();
        List<String> taken = taken(wire).stream().map(ChaosAccount::id).toList();
        List<String> handed = frames.stream().map(ChaosAccount::id).toList();
        if (!handed.subList(0, taken.size()).equals(taken)) {
            wrong("the socket of " + wire + " took a message after one that it did not take");
        }
        List<String> received = received(wire);
        if (received.size() > taken.size() || !taken.subList(0, received.size()).equals(received)) {
            wrong(wire + " took " + taken + " but the emulator received " + received);
        }
        RecordedSession record = server.get(wire.number);
        if (record == null) {
            wrong("the emulator knows nothing of " + wire);
        } else {
            String handle = record.setup().map(setup -> setup.at("/sessionResumption/handle")).map(JsonNode::asText).orElse("");
            if (record.setup().isPresent() && !handle.equals(wire.resumedWith)) {
                wrong(wire + " resumed with " + wire.resumedWith + " but the emulator was asked for " + handle);
            }
        }
    }

    private List<String> received(WireLog.Wire wire) {
        return received.computeIfAbsent(wire, each -> {
            RecordedSession record = server.get(wire.number);
            return record == null ? List.of() : record.messages().stream().map(ChaosMessage::idOf).toList();
        });
    }

    // ---- what was reported

    private void reports() {
        List<WireLog.Wire> opened = wires.stream().filter(wire -> wire.setUp).toList();
        List<WireLog.Frame> owed = new ArrayList<>();
        int open = -1;
        boolean settled = true;
        boolean refused = false;
        for (SessionEvent event : events) {
            if (event instanceof SessionEvent.Opened || event instanceof SessionEvent.Resumed) {
                if (++open >= opened.size()) {
                    wrong("was told to be open more often than connections were set up: " + events);
                    return;
                }
                WireLog.Wire next = opened.get(open);
                WireLog.Wire before = open == 0 ? null : opened.get(open - 1);
                long reported = event instanceof SessionEvent.Resumed resumed ? resumed.inDoubt() : 0;
                checkRestored(event, next);
                reconnects += open > 0 ? 1 : 0;
                if (settled) {
                    expect(reported, 0, 0, "after a new beginning, over " + next);
                } else if (transparent) {
                    owe(owed, before);
                    long lost = refused ? dropMedia(owed, before) : 0;
                    expect(reported, lost, lost, "between " + before + " and " + next);
                } else {
                    long doubt = doubt(before, next.resumedWith);
                    expect(reported, doubt, doubt, "between " + before + " and " + next);
                }
                settled = false;
                refused = false;
                if (transparent) {
                    replayed(owed, next);
                }
            } else if (event instanceof SessionEvent.Reconnecting reconnecting) {
                refused |= reconnecting.cause().code() == 1007;
            } else if (event instanceof SessionEvent.Closed closed) {
                ends++;
                if (settled) {
                    expect(closed.inDoubt(), 0, 0, "at an end before it was open");
                } else if (transparent) {
                    WireLog.Wire last = opened.get(open);
                    owe(owed, last);
                    owed.forEach(frame -> doubtful.put(id(frame), last));
                    long mayBeOut = owed.stream().filter(frame -> frame.answersTool() && !last.steps.contains(frame)).count();
                    expect(closed.inDoubt(), owed.size() - mayBeOut, owed.size(), "at the end after " + last);
                    owed.clear();
                } else {
                    closed(opened.get(open), closed.inDoubt());
                }
                settled = true;
            }
        }
        if (open != opened.size() - 1) {
            wrong(opened.size() + " connections were set up, " + (open + 1) + " times it was told to be open");
        }
    }

    private void checkRestored(SessionEvent event, WireLog.Wire next) {
        boolean restored = event instanceof SessionEvent.Resumed resumed && resumed.stateRestored();
        if (restored == next.resumedWith.isEmpty()) {
            wrong(event + " over " + next + ", which was asked to resume with '" + next.resumedWith + "'");
        }
    }

    /** A handle may have been given up on the way to the end, or after it: both is right then. */
    private void closed(WireLog.Wire last, long reported) {
        String handle = "";
        for (WireLog.Wire wire : wires) {
            handle = wire.steps.stream().filter(WireLog.Handle.class::isInstance).map(WireLog.Handle.class::cast)
                    .map(WireLog.Handle::value).reduce(handle, (before, after) -> after);
            if (wire == last) {
                break;
            }
        }
        long resumed = doubt(last, handle);
        boolean given = wires.stream().anyMatch(wire -> wire.number > last.number && wire.resumedWith.isEmpty());
        long fresh = given ? doubt(last, "") : resumed;
        expect(reported, Math.min(resumed, fresh), Math.max(resumed, fresh), "at the end after " + last);
    }

    private void expect(long reported, long least, long most, String when) {
        reportedInDoubt += reported;
        if (reported < least || reported > most) {
            wrong("reported " + reported + " in doubt " + when + ", by the log it is " + least
                    + (least == most ? "" : " to " + most));
        }
    }

    /** Messages written to a connection that neither the handle nor, without one, an answer covers. */
    private long doubt(WireLog.Wire wire, String handle) {
        Known known = handles.get(handle);
        long covered = handle.isEmpty() ? answered.get(wire) : known != null && known.wire == wire ? known.covered : 0;
        List<WireLog.Frame> taken = taken(wire);
        taken.stream().filter(frame -> frame.message.number() > covered).forEach(frame -> doubtful.put(id(frame), wire));
        return taken.stream().filter(frame -> frame.message.number() > covered).count();
    }

    /** What has to be replayed after a connection of a transparent session, in order. */
    private void owe(List<WireLog.Frame> owed, WireLog.Wire wire) {
        List<WireLog.Frame> taken = taken(wire);
        long consumed = handles.values().stream().filter(known -> known.wire == wire).mapToLong(Known::consumed).max()
                .orElse(0);
        List<String> again = taken.stream().map(ChaosAccount::id).toList();
        owed.removeIf(frame -> again.contains(id(frame)));
        owed.addAll(0, taken.stream().filter(frame -> frame.message.number() > consumed).toList());
    }

    /** What a service has refused is not replayed if it was audio. */
    private long dropMedia(List<WireLog.Frame> owed, WireLog.Wire before) {
        List<WireLog.Frame> media = owed.stream().filter(frame -> frame.message.audio().length > 0).toList();
        media.forEach(frame -> doubtful.put(id(frame), before));
        owed.removeAll(media);
        return media.size();
    }

    /** Replays come first, in order; answers to calls that the service has forgotten are out. */
    private void replayed(List<WireLog.Frame> owed, WireLog.Wire next) {
        List<String> written = taken(next).stream().map(ChaosAccount::id).toList();
        List<WireLog.Frame> out = owed.stream()
                .filter(frame -> frame.answersTool() && !written.contains(id(frame)) && isPassed(owed, frame, written))
                .toList();
        out.forEach(frame -> pointless.add(id(frame)));
        owed.removeAll(out);
        List<String> expected = owed.stream().filter(frame -> !frame.answersTool() || written.contains(id(frame)))
                .map(ChaosAccount::id).toList();
        int common = Math.min(expected.size(), written.size());
        if (!written.subList(0, common).equals(expected.subList(0, common))) {
            wrong(next + " should replay " + expected + " first, but wrote " + written);
        }
        List<String> others = written.subList(common, written.size());
        Map<String, Integer> before = new HashMap<>();
        wires.stream().filter(wire -> wire.number < next.number)
                .forEach(wire -> taken(wire).forEach(frame -> before.put(id(frame), wire.number)));
        others.stream().filter(before::containsKey)
                .forEach(id -> wrong(next + " wrote " + id + " again, which " + before.get(id) + " had brought to an end"));
    }

    /** Whether something was written that comes after it. */
    private static boolean isPassed(List<WireLog.Frame> owed, WireLog.Frame frame, List<String> written) {
        List<String> before = owed.subList(0, owed.indexOf(frame)).stream().map(ChaosAccount::id).toList();
        return !before.containsAll(written);
    }

    // ---- order

    /** First writes, over all connections. A question that is awaited waits for its turn; only audio may pass it meanwhile. */
    private void order() {
        Map<String, Integer> first = new LinkedHashMap<>();
        wires.forEach(wire -> taken(wire).forEach(frame -> first.putIfAbsent(id(frame), first.size())));
        int latest = 0;
        int latestText = 0;
        int latestAwaited = 0;
        for (String id : first.keySet()) {
            ChaosMessage message = offered.get(id);
            if (message == null) {
                wrong(id + " was written and never offered");
            } else if (message.kind == ChaosMessage.Kind.AWAITED_QUESTION) {
                if (message.number < latestAwaited) {
                    wrong(id + " was awaited and written after m" + latestAwaited + ", which was, too");
                }
                latestAwaited = message.number;
                if (latestText > message.number) {
                    wrong(id + " waited for its turn and was passed by m" + latestText);
                }
            } else if (message.kind != ChaosMessage.Kind.TOOL_RESPONSE) {
                if (message.number < latest) {
                    wrong(id + " was written after m" + latest);
                }
                latest = Math.max(latest, message.number);
                latestText = message.kind == ChaosMessage.Kind.AUDIO ? latestText : latest;
                if (message.number < latestAwaited) {
                    wrong(id + " was written after the later question m" + latestAwaited);
                }
            }
        }
    }

    // ---- message by message

    private void explain(ChaosMessage message) {
        String id = message.id();
        long taken = wires.stream().filter(wire -> taken(wire).stream().anyMatch(frame -> id(frame).equals(id))).count();
        List<WireLog.Wire> receivers = wires.stream()
                .flatMap(wire -> received(wire).stream().filter(id::equals).map(each -> wire)).toList();
        if (message.told.get() != 1) {
            wrong(message + " was told " + message.told + " times what became of it");
        }
        if (!message.isTold()) {
            return;
        }
        if (!transparent && receivers.size() > 1) {
            wrong(message + " was received over " + receivers);
        }
        switch (message.fate) {
            case WRITTEN, ANSWERED -> written(message, taken, receivers);
            case DROPPED -> notWritten(message, taken, receivers, Category.DROPPED_BY_POLICY);
            case CANCELLED -> notWritten(message, taken, receivers, Category.CANCELLED_CALL);
            case REFUSED -> {
                if (message.kind == ChaosMessage.Kind.AWAITED_QUESTION && taken > 0) {
                    // the turn is what failed, not the way of the input
                    count(Category.REFUSED_IN_MID_TURN);
                } else if (message.grouped) {
                    count(Category.REFUSED);
                } else {
                    notWritten(message, taken, receivers, Category.REFUSED);
                }
            }
            default -> wrong(message + " ended in an unknown way");
        }
    }

    private void notWritten(ChaosMessage message, long taken, List<WireLog.Wire> receivers, Category category) {
        if (taken > 0 || !receivers.isEmpty()) {
            wrong(message + " was written " + taken + " times and received over " + receivers);
        }
        count(category);
    }

    private void written(ChaosMessage message, long taken, List<WireLog.Wire> receivers) {
        if (taken == 0) {
            wrong(message + " is said to be written, but no socket took it");
        } else if (receivers.isEmpty() && pointless.contains(message.id())) {
            count(Category.CANCELLED_CALL);
        } else if (receivers.isEmpty()) {
            if (!doubtful.containsKey(message.id())) {
                wrong(message + " was never received, nor reported in doubt");
            }
            count(Category.IN_DOUBT);
        } else {
            if (doubtful.containsKey(message.id())) {
                inDoubtReceived++;
            }
            count(receivers.size() > 1 ? Category.RECEIVED_AND_REPLAYED : Category.RECEIVED_ONCE);
        }
    }

    private void count(Category category) {
        totals.merge(category, 1, Integer::sum);
    }

    // ---- what the model knows

    /**
     * Whatever was written and is not known to the last state must have been in doubt. The converse does not hold: a state may
     * know of a message without the client having any evidence of that.
     */
    private void memory() {
        List<String> ids = memory.ids();
        // what is at the edge of the memory may have lost its neighbours, which a waiting question has let pass
        int edge = memory.complete() ? 0 : ids.stream().limit(EDGE).mapToInt(ChaosAccount::number).max().orElse(0);
        int to = ids.stream().mapToInt(ChaosAccount::number).max().orElse(0);
        int since = Math.max(edge, lastBeforeFreshStart()) + 1;
        Set<String> known = Set.copyOf(ids);
        for (ChaosMessage message : offered.values()) {
            boolean text = message.kind != ChaosMessage.Kind.AUDIO && message.kind != ChaosMessage.Kind.TOOL_RESPONSE;
            boolean written = message.fate == ChaosMessage.Fate.WRITTEN || message.fate == ChaosMessage.Fate.ANSWERED;
            if (text && written && message.number >= since && message.number <= to && !known.contains(message.id())
                    && !doubtful.containsKey(message.id())) {
                wrong(message + " is not known to the model, nor was it reported in doubt");
            }
        }
    }

    /** The number of the last message that was written before what the service knew was lost; 0 if it never was. */
    private int lastBeforeFreshStart() {
        WireLog.Wire fresh = wires.stream().filter(wire -> wire.setUp && wire.resumedWith.isEmpty())
                .reduce((earlier, later) -> later).orElseThrow();
        return wires.stream().filter(wire -> wire.number < fresh.number).flatMap(wire -> taken(wire).stream())
                .map(ChaosAccount::id).mapToInt(ChaosAccount::number).max().orElse(0);
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.indexOf("-m") + 2));
    }
}
