package dev.camelgenai.live;

import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * An option that all endpoints of a session group share.
 *
 * @param name   in URIs and in the catalog
 * @param secret whether its value must not be shown
 */
record ProfileOption<T>(String name, boolean secret, Function<GenAiLiveConfiguration, T> getter,
        BiConsumer<GenAiLiveConfiguration, T> setter) {

    static final List<ProfileOption<?>> ALL = List.of(
            shared("config", GenAiLiveConfiguration::getConfig, GenAiLiveConfiguration::setConfig),
            shared("responseModalities", GenAiLiveConfiguration::getResponseModalities,
                    GenAiLiveConfiguration::setResponseModalities),
            shared("systemInstruction", GenAiLiveConfiguration::getSystemInstruction,
                    GenAiLiveConfiguration::setSystemInstruction),
            shared("voice", GenAiLiveConfiguration::getVoice, GenAiLiveConfiguration::setVoice),
            shared("language", GenAiLiveConfiguration::getLanguage, GenAiLiveConfiguration::setLanguage),
            shared("temperature", GenAiLiveConfiguration::getTemperature, GenAiLiveConfiguration::setTemperature),
            shared("maxOutputTokens", GenAiLiveConfiguration::getMaxOutputTokens, GenAiLiveConfiguration::setMaxOutputTokens),
            shared("inputTranscription", GenAiLiveConfiguration::getInputTranscription,
                    GenAiLiveConfiguration::setInputTranscription),
            shared("outputTranscription", GenAiLiveConfiguration::getOutputTranscription,
                    GenAiLiveConfiguration::setOutputTranscription),
            shared("contextWindowCompression", GenAiLiveConfiguration::getContextWindowCompression,
                    GenAiLiveConfiguration::setContextWindowCompression),
            shared("connectTimeout", GenAiLiveConfiguration::getConnectTimeout, GenAiLiveConfiguration::setConnectTimeout),
            shared("setupTimeout", GenAiLiveConfiguration::getSetupTimeout, GenAiLiveConfiguration::setSetupTimeout),
            shared("pingInterval", GenAiLiveConfiguration::getPingInterval, GenAiLiveConfiguration::setPingInterval),
            shared("sessionIdleTimeout", GenAiLiveConfiguration::getSessionIdleTimeout,
                    GenAiLiveConfiguration::setSessionIdleTimeout),
            shared("maxSessions", GenAiLiveConfiguration::getMaxSessions, GenAiLiveConfiguration::setMaxSessions),
            shared("maxSessionsPolicy", GenAiLiveConfiguration::getMaxSessionsPolicy,
                    GenAiLiveConfiguration::setMaxSessionsPolicy),
            shared("reconnect", GenAiLiveConfiguration::isReconnect, GenAiLiveConfiguration::setReconnect),
            shared("reconnectInitialDelay", GenAiLiveConfiguration::getReconnectInitialDelay,
                    GenAiLiveConfiguration::setReconnectInitialDelay),
            shared("reconnectMaxDelay", GenAiLiveConfiguration::getReconnectMaxDelay,
                    GenAiLiveConfiguration::setReconnectMaxDelay),
            shared("reconnectMaxAttempts", GenAiLiveConfiguration::getReconnectMaxAttempts,
                    GenAiLiveConfiguration::setReconnectMaxAttempts),
            shared("sessionResumption", GenAiLiveConfiguration::isSessionResumption,
                    GenAiLiveConfiguration::setSessionResumption),
            shared("resumptionRepository", GenAiLiveConfiguration::getResumptionRepository,
                    GenAiLiveConfiguration::setResumptionRepository),
            shared("historyReplay", GenAiLiveConfiguration::getHistoryReplay, GenAiLiveConfiguration::setHistoryReplay),
            shared("historyMaxTurns", GenAiLiveConfiguration::getHistoryMaxTurns, GenAiLiveConfiguration::setHistoryMaxTurns),
            shared("replayBufferMaxMessages", GenAiLiveConfiguration::getReplayBufferMaxMessages,
                    GenAiLiveConfiguration::setReplayBufferMaxMessages),
            shared("replayBufferMaxBytes", GenAiLiveConfiguration::getReplayBufferMaxBytes,
                    GenAiLiveConfiguration::setReplayBufferMaxBytes),
            shared("replayOverflow", GenAiLiveConfiguration::getReplayOverflow, GenAiLiveConfiguration::setReplayOverflow),
            shared("stallTimeout", GenAiLiveConfiguration::getStallTimeout, GenAiLiveConfiguration::setStallTimeout),
            shared("outboxMaxMessages", GenAiLiveConfiguration::getOutboxMaxMessages,
                    GenAiLiveConfiguration::setOutboxMaxMessages),
            shared("outboxMaxBytes", GenAiLiveConfiguration::getOutboxMaxBytes, GenAiLiveConfiguration::setOutboxMaxBytes),
            shared("outboxMaxWaiting", GenAiLiveConfiguration::getOutboxMaxWaiting,
                    GenAiLiveConfiguration::setOutboxMaxWaiting),
            shared("outboxOverflow", GenAiLiveConfiguration::getOutboxOverflow, GenAiLiveConfiguration::setOutboxOverflow),
            shared("realtimeMaxAge", GenAiLiveConfiguration::getRealtimeMaxAge, GenAiLiveConfiguration::setRealtimeMaxAge),
            shared("tags", GenAiLiveConfiguration::getTags, GenAiLiveConfiguration::setTags),
            shared("toolExecution", GenAiLiveConfiguration::getToolExecution, GenAiLiveConfiguration::setToolExecution),
            shared("toolTimeout", GenAiLiveConfiguration::getToolTimeout, GenAiLiveConfiguration::setToolTimeout),
            shared("toolErrorStrategy", GenAiLiveConfiguration::getToolErrorStrategy,
                    GenAiLiveConfiguration::setToolErrorStrategy),
            shared("maxToolCallsPerTurn", GenAiLiveConfiguration::getMaxToolCallsPerTurn,
                    GenAiLiveConfiguration::setMaxToolCallsPerTurn),
            shared("maxToolCallsPerSession", GenAiLiveConfiguration::getMaxToolCallsPerSession,
                    GenAiLiveConfiguration::setMaxToolCallsPerSession),
            secret("apiKey", GenAiLiveConfiguration::getApiKey, GenAiLiveConfiguration::setApiKey),
            secret("credentials", GenAiLiveConfiguration::getCredentials, GenAiLiveConfiguration::setCredentials),
            shared("vertexAi", GenAiLiveConfiguration::getVertexAi, GenAiLiveConfiguration::setVertexAi),
            shared("project", GenAiLiveConfiguration::getProject, GenAiLiveConfiguration::setProject),
            shared("location", GenAiLiveConfiguration::getLocation, GenAiLiveConfiguration::setLocation),
            shared("apiVersion", GenAiLiveConfiguration::getApiVersion, GenAiLiveConfiguration::setApiVersion),
            secret("client", GenAiLiveConfiguration::getClient, GenAiLiveConfiguration::setClient),
            shared("baseUrl", GenAiLiveConfiguration::getBaseUrl, GenAiLiveConfiguration::setBaseUrl),
            shared("allowInsecure", GenAiLiveConfiguration::isAllowInsecure, GenAiLiveConfiguration::setAllowInsecure),
            shared("sslContextParameters", GenAiLiveConfiguration::getSslContextParameters,
                    GenAiLiveConfiguration::setSslContextParameters),
            shared("proxyType", GenAiLiveConfiguration::getProxyType, GenAiLiveConfiguration::setProxyType),
            shared("proxyHost", GenAiLiveConfiguration::getProxyHost, GenAiLiveConfiguration::setProxyHost),
            shared("proxyPort", GenAiLiveConfiguration::getProxyPort, GenAiLiveConfiguration::setProxyPort),
            secret("proxyUsername", GenAiLiveConfiguration::getProxyUsername, GenAiLiveConfiguration::setProxyUsername),
            secret("proxyPassword", GenAiLiveConfiguration::getProxyPassword, GenAiLiveConfiguration::setProxyPassword),
            secret("headers", GenAiLiveConfiguration::getHeaders, GenAiLiveConfiguration::setHeaders));

    private static <T> ProfileOption<T> shared(String name, Function<GenAiLiveConfiguration, T> getter,
            BiConsumer<GenAiLiveConfiguration, T> setter) {
        return new ProfileOption<>(name, false, getter, setter);
    }

    private static <T> ProfileOption<T> secret(String name, Function<GenAiLiveConfiguration, T> getter,
            BiConsumer<GenAiLiveConfiguration, T> setter) {
        return new ProfileOption<>(name, true, getter, setter);
    }

    boolean isSame(GenAiLiveConfiguration one, GenAiLiveConfiguration other) {
        return Objects.equals(getter.apply(one), getter.apply(other));
    }

    void copy(GenAiLiveConfiguration from, GenAiLiveConfiguration to) {
        setter.accept(to, getter.apply(from));
    }

    /** The value as it may be shown in a message. */
    String shown(GenAiLiveConfiguration configuration) {
        return name + "=" + (secret ? "xxxxxx" : getter.apply(configuration));
    }
}
