package dev.camelgenai.live.observability;

import java.util.List;

import dev.camelgenai.live.session.SessionStatistics;

/**
 * A session group at one moment.
 *
 * @param model      as the endpoints of the group name it
 * @param sessions   those that have not ended, in no order
 * @param statistics what has happened in the sessions of the group, ended ones included; the numbers never decrease
 */
public record GroupOverview(String name, String model, List<SessionOverview> sessions, SessionStatistics statistics) {

    public GroupOverview {
        sessions = List.copyOf(sessions);
    }
}
