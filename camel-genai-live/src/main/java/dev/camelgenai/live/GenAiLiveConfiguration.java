package dev.camelgenai.live;

import java.util.HashMap;
import java.util.Map;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import dev.camelgenai.live.session.HistoryReplay;
import dev.camelgenai.live.session.LaneOverflow;
import dev.camelgenai.live.session.MaxSessionsPolicy;
import dev.camelgenai.live.session.OutboxOverflow;
import dev.camelgenai.live.session.ReplayOverflow;
import dev.camelgenai.live.transport.LiveProxy;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.StateRepository;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * The options of component and endpoints. Those that {@link ProfileOption} lists are shared by all endpoints of a session
 * group. {@link #toString()} shows none of them.
 */
@UriParams
public class GenAiLiveConfiguration implements Cloneable {

    @UriParam(description = "The whole setup: a LiveConnectConfig or GenerateContentConfig bean (#name), JSON "
            + "text, a classpath: or file: resource with JSON, or a Map. Single options override its"
            + " fields.")
    private Object config;

    @UriParam(enums = "TEXT,AUDIO", description = "What the model answers with: TEXT or AUDIO. Unset, the model decides, which is AUDIO "
            + "for most.")
    private String responseModalities;

    @UriParam(description = "What the model is told before the conversation starts.")
    private String systemInstruction;

    @UriParam(description = "Name of a prebuilt voice, such as Kore or Puck.")
    private String voice;

    @UriParam(description = "Language of the speech, such as en-US.")
    private String language;

    @UriParam(description = "Randomness of the answers.")
    private Float temperature;

    @UriParam(description = "Bound of the tokens in one answer.")
    private Integer maxOutputTokens;

    @UriParam(description = "Whether the service sends the user's speech as text as well.")
    private Boolean inputTranscription;

    @UriParam(description = "Whether the service sends the model's speech as text as well. On by default for "
            + "groups with response=turn or stream, unless they answer in TEXT.")
    private Boolean outputTranscription;

    @UriParam(description = "Whether the service shortens the conversation when it becomes too long, so that a "
            + "session may go on beyond the model's context.")
    private Boolean contextWindowCompression;

    @UriParam(description = "Sessions that share one setup and one set of consumers. Default: the model.")
    private String sessionGroup;

    @UriParam(description = "Producer: the conversation to use where the exchange has no header "
            + "CamelGenAiLiveSessionKey, default when unset. Consumer: receives that conversation "
            + "only; unset, all of the group.")
    private String sessionKey;

    @UriParam(label = "advanced", javaType = "java.time.Duration", defaultValue = "10s", description = "Time for opening a connection: TCP, proxy, TLS and upgrade together.")
    private long connectTimeout = 10000;

    @UriParam(label = "advanced", javaType = "java.time.Duration", defaultValue = "10s", description = "Time for the service to answer the setup.")
    private long setupTimeout = 10000;

    @UriParam(label = "advanced", javaType = "java.time.Duration", defaultValue = "30s", description = "Time between keepalive "
            + "pings; 0 sends none. A connection from which nothing is heard for 60 seconds, or for twice this time if that is "
            + "longer, is given up; time in which nothing is read does not count.")
    private long pingInterval = 30000;

    @UriParam(defaultValue = "onDemand", description = "When the session of the option sessionKey (default when that is unset) is opened: at its first "
            + "use, or when the route starts, which fails where it cannot be opened. A consumer stops its "
            + "route with the cause when a session that it opened at the start ends by itself.")
    private GenAiLiveSessionStart sessionStart = GenAiLiveSessionStart.onDemand;

    @UriParam(javaType = "java.time.Duration", defaultValue = "5m", description = "Time without a message in either direction after which a session is closed; 0 means never. "
            + "Sessions of sessionStart=onStart are not closed for being idle.")
    private long sessionIdleTimeout = 300000;

    @UriParam(defaultValue = "1000", description = "How many sessions of the group may be alive at a time.")
    private int maxSessions = 1000;

    @UriParam(defaultValue = "reject", description = "What happens to a session beyond maxSessions: its first use fails, or the session that has been idle for longest is closed for it.")
    private MaxSessionsPolicy maxSessionsPolicy = MaxSessionsPolicy.reject;

    @UriParam(label = "advanced", defaultValue = "true", description = "Whether a connection that broke, or could not be opened, is tried again where that makes sense.")
    private boolean reconnect = true;

    @UriParam(label = "advanced", javaType = "java.time.Duration", defaultValue = "500ms", description = "Pause before the second attempt to connect; doubled each time, with jitter.")
    private long reconnectInitialDelay = 500;

    @UriParam(label = "advanced", javaType = "java.time.Duration", defaultValue = "30s", description = "Bound of the pauses between attempts to connect. A session that stays open for so long has all "
            + "its attempts again.")
    private long reconnectMaxDelay = 30000;

    @UriParam(label = "advanced", defaultValue = "10", description = "How many attempts after the first may fail in a row before the session ends.")
    private int reconnectMaxAttempts = 10;

    @UriParam(defaultValue = "true", description = "Whether the service is asked for resumption handles, with which a conversation goes on over a new connection.")
    private boolean sessionResumption = true;

    @UriParam(label = "advanced", description = "A StateRepository bean that keeps the resumption handles, by group and hashed session key, so "
            + "that conversations go on after a restart or on another machine. Default: in memory.")
    private StateRepository<String, String> resumptionRepository;

    @UriParam(label = "advanced", defaultValue = "none", description = "Whether a session that could not be resumed is told the turns that were kept; one that was resumed never is.")
    private HistoryReplay historyReplay = HistoryReplay.none;

    @UriParam(label = "advanced", defaultValue = "20", description = "How many turns of a session are kept for historyReplay.")
    private int historyMaxTurns = 20;

    @UriParam(label = "advanced", defaultValue = "1024", description = "How many messages of a session are kept until the service acknowledges them (transparent resumption, on Vertex AI).")
    private int replayBufferMaxMessages = 1024;

    @UriParam(label = "advanced", defaultValue = "4MB", description = "How many bytes of these messages, as they are on the wire, are kept, such as 4MB.")
    private String replayBufferMaxBytes = "4MB";

    @UriParam(label = "advanced", defaultValue = "failOpenTurn", description = "What happens when more would have to be kept: the open turn fails and the oldest messages are forgotten, or the session ends.")
    private ReplayOverflow replayOverflow = ReplayOverflow.failOpenTurn;

    @UriParam(label = "advanced", javaType = "java.time.Duration", defaultValue = "60s", description = "How long the service may be silent while it owes an answer; 0 means for ever. Never runs while "
            + "the user is silent, nor while this side does not read.")
    private long stallTimeout = 60000;

    @UriParam(label = "producer", description = "What to do with an exchange. Default: by the type of its body.")
    private GenAiLiveOperation operation;

    @UriParam(label = "producer", defaultValue = "auto", description = "What to wait for: nothing, the model's whole turn, or a stream of the turn's messages while "
            + "they arrive. auto waits for the turn of exchanges "
            + "that expect an answer (InOut) with input that the model answers.")
    private GenAiLiveResponse response = GenAiLiveResponse.auto;

    @UriParam(label = "producer", javaType = "java.time.Duration", defaultValue = "60s", description = "Time for a turn: waiting for an open one to end, sending and answering together.")
    private long turnTimeout = 60000;

    @UriParam(label = "producer", defaultValue = "16MB", description = "Bound of audio and text of one awaited turn, such as 16MB.")
    private String turnMaxBytes = "16MB";

    @UriParam(label = "producer", defaultValue = "64", description = "How many exchanges may wait for the open turn of a session to end.")
    private int maxWaitingTurns = 64;

    @UriParam(label = "producer", defaultValue = "1024", description = "How many messages of a turn may wait for the reader of its stream (response=stream) before the session "
            + "stops reading.")
    private int streamMaxMessages = 1024;

    @UriParam(label = "producer", defaultValue = "auto", description = "How a String travels as a question: as client content, or as realtime text. auto takes what the "
            + "family of the model needs.")
    private GenAiLiveTextMode textMode = GenAiLiveTextMode.auto;

    @UriParam(label = "producer", defaultValue = "1024", description = "How many exchanges of a session may wait for the socket.")
    private int outboxMaxMessages = 1024;

    @UriParam(label = "producer", defaultValue = "4MB", description = "How many bytes, as they will be on the wire, may wait for the socket of a session, "
            + "such as 4MB.")
    private String outboxMaxBytes = "4MB";

    @UriParam(label = "producer", defaultValue = "256", description = "How many exchanges may wait beyond these bounds with outboxOverflow=block. No thread "
            + "waits.")
    private int outboxMaxWaiting = 256;

    @UriParam(label = "producer", defaultValue = "block", description = "What happens to an exchange that finds the outbox full: it waits, it fails, or the "
            + "oldest realtime input makes room.")
    private OutboxOverflow outboxOverflow = OutboxOverflow.block;

    @UriParam(label = "producer", javaType = "java.time.Duration", defaultValue = "0", description = "Audio and video that have waited for longer when a connection is open again are dropped and "
            + "counted; 0 keeps them.")
    private long realtimeMaxAge = 0;

    @UriParam(label = "producer", defaultValue = "audio/pcm;rate=16000", description = "What bytes, streams and files are that are neither WAV nor a picture, without a header "
            + "CamelGenAiLiveMimeType: audio/pcm;rate=N (16-bit signed little-endian, mono), audio/PCMU or audio/PCMA "
            + "(telephony, 8 kHz).")
    private String audioMimeType = "audio/pcm;rate=16000";

    @UriParam(label = "producer", defaultValue = "20", description = "How many milliseconds of audio one message carries where a stream, a file or a WAV is sent, 10 to "
            + "1000.")
    private int chunkMillis = 20;

    @UriParam(label = "producer", defaultValue = "asap", description = "How fast a stream, a file or a WAV is sent: as fast as the service takes it, or as fast as it "
            + "would be spoken.")
    private GenAiLivePace pace = GenAiLivePace.asap;

    @UriParam(label = "consumer", defaultValue = "message", description = "Whether an exchange is made of every message of the service, or of every event in it with the event's "
            + "own body (text, audio, a function call).")
    private GenAiLiveDeliver deliver = GenAiLiveDeliver.message;

    @UriParam(label = "consumer", description = "Which events become exchanges, or which messages by the events in them: a comma-separated list of setupComplete, "
            + "text, thought, audio, video, inputTranscript, outputTranscript, turnTranscript, toolCall, toolCallCancellation, "
            + "interrupted, generationComplete, turnComplete, usage, grounding, voiceActivity, goAway and resumptionUpdate. "
            + "Default: all. With deliver=message, turnTranscript by name also asks for transcripts that are whole after the last message of their turn; "
            + "their exchanges have an empty LiveServerMessage, for LiveEvents.of.")
    private String events;

    @UriParam(label = "consumer", defaultValue = "256", description = "How many messages of one session may wait for the route before the session stops "
            + "reading.")
    private int laneMaxMessages = 256;

    @UriParam(label = "consumer", javaType = "java.time.Duration", defaultValue = "30s", description = "How long a session may wait for a route whose lane is full before laneOverflow applies.")
    private long laneStallTimeout = 30000;

    @UriParam(label = "consumer", defaultValue = "pause", description = "What happens then: the session goes on waiting, the oldest audio makes room, or the session is closed.")
    private LaneOverflow laneOverflow = LaneOverflow.pause;

    @UriParam(label = "consumer", defaultValue = "true", description = "Whether audio that still waits for the route is dropped when the user interrupts the model.")
    private boolean dropAudioOnInterrupt = true;

    @UriParam(label = "consumer", description = "What happens to sessions and becomes an exchange as well: a comma-separated list of opened, resumed, reconnecting, goAway and closed.")
    private String sessionEvents;

    @UriParam(label = "consumer", defaultValue = "buffer", description = "What happens to sessions while the route is suspended.")
    private GenAiLiveSuspend onSuspend = GenAiLiveSuspend.buffer;

    @UriParam(description = "Which routes the model may call: a comma-separated list of tags, of which a genai-live-tool route has one, or none at all.")
    private String tags;

    @UriParam(defaultValue = "auto", description = "Who answers when the model calls one of these routes: the route (auto), or a consumer that answers with sendToolResponse (manual).")
    private GenAiLiveToolExecution toolExecution = GenAiLiveToolExecution.auto;

    @UriParam(javaType = "java.time.Duration", defaultValue = "30s", description = "Time for a route that the model has called; then the model is told that it did not answer in time.")
    private long toolTimeout = 30000;

    @UriParam(defaultValue = "reply", description = "What follows when a route that the model has called fails or does not answer in time. The model is told in a few neutral words in any case; with fail the caller who awaits the turn fails with the cause.")
    private GenAiLiveToolErrorStrategy toolErrorStrategy = GenAiLiveToolErrorStrategy.reply;

    @UriParam(label = "advanced", defaultValue = "64", description = "How many routes the model may call in one turn; further calls are answered with an error. A turn that ends at a call goes on with the next one.")
    private int maxToolCallsPerTurn = 64;

    @UriParam(label = "advanced", defaultValue = "0", description = "How many routes the model may call in one session, 0 for any number; further calls are answered with an error.")
    private int maxToolCallsPerSession;

    @UriParam(label = "security", secret = true, description = "API key of the Gemini Developer API or of Vertex AI express mode, or an ephemeral "
            + "token. Default: the environment variables GOOGLE_API_KEY or GEMINI_API_KEY. Best set "
            + "on the component.")
    private String apiKey;

    @UriParam(label = "security", secret = true, description = "Google credentials for Vertex AI, as a bean. Default: the application default "
            + "credentials.")
    private GoogleCredentials credentials;

    @UriParam(label = "security", description = "Whether to use Vertex AI rather than the Gemini Developer API. Default: the "
            + "environment variable GOOGLE_GENAI_USE_VERTEXAI.")
    private Boolean vertexAi;

    @UriParam(label = "security", description = "Google Cloud project, for Vertex AI. Default: the environment variable "
            + "GOOGLE_CLOUD_PROJECT.")
    private String project;

    @UriParam(label = "security", description = "Google Cloud location, for Vertex AI, such as us-central1. Default: the environment "
            + "variable GOOGLE_CLOUD_LOCATION.")
    private String location;

    @UriParam(label = "security", description = "Version of the API, such as v1beta. Default: what the service and the kind of "
            + "credential need.")
    private String apiVersion;

    @UriParam(label = "security", secret = true, description = "A com.google.genai.Client bean: its API key, project, location and service are used "
            + "where the options above are unset. Its credentials, base URL and HTTP options cannot "
            + "be read from it.")
    private Client client;

    @UriParam(label = "advanced", description = "Address that replaces Google's, such as that of a gateway or of the emulator.")
    private String baseUrl;

    @UriParam(label = "advanced", defaultValue = "false", description = "Whether a baseUrl without TLS may name another machine than this one.")
    private boolean allowInsecure = false;

    @UriParam(label = "advanced", description = "TLS configuration: trusted and own certificates.")
    private SSLContextParameters sslContextParameters;

    @UriParam(label = "advanced", enums = "HTTP,SOCKS4,SOCKS5", defaultValue = "HTTP", description = "How to talk to the proxy.")
    private LiveProxy.Type proxyType = LiveProxy.Type.HTTP;

    @UriParam(label = "advanced", description = "Host of the proxy; unset means a direct connection.")
    private String proxyHost;

    @UriParam(label = "advanced", defaultValue = "3128", description = "Port of the proxy.")
    private int proxyPort = 3128;

    @UriParam(label = "advanced", secret = true, description = "User name for the proxy.")
    private String proxyUsername;

    @UriParam(label = "advanced", secret = true, description = "Password for the proxy.")
    private String proxyPassword;

    @UriParam(label = "advanced", prefix = "header.", multiValue = true, description = "Extra headers of the connection request, for gateways.")
    private Map<String, Object> headers = new HashMap<>();

    @UriParam(label = "security", defaultValue = "true", description = "Whether the headers of an exchange may choose session key and operation. Set it to "
            + "false for routes that are fed by untrusted transports.")
    private boolean steeringHeaders = true;

    /** A copy that can be changed without changing this one. */
    public GenAiLiveConfiguration copy() {
        try {
            GenAiLiveConfiguration copy = (GenAiLiveConfiguration) clone();
            copy.headers = new HashMap<>(headers);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public Object getConfig() {
        return config;
    }

    public void setConfig(Object config) {
        this.config = config;
    }

    public String getResponseModalities() {
        return responseModalities;
    }

    public void setResponseModalities(String responseModalities) {
        this.responseModalities = responseModalities;
    }

    public String getSystemInstruction() {
        return systemInstruction;
    }

    public void setSystemInstruction(String systemInstruction) {
        this.systemInstruction = systemInstruction;
    }

    public String getVoice() {
        return voice;
    }

    public void setVoice(String voice) {
        this.voice = voice;
    }

    public String getLanguage() {
        return language;
    }

    public void setLanguage(String language) {
        this.language = language;
    }

    public Float getTemperature() {
        return temperature;
    }

    public void setTemperature(Float temperature) {
        this.temperature = temperature;
    }

    public Integer getMaxOutputTokens() {
        return maxOutputTokens;
    }

    public void setMaxOutputTokens(Integer maxOutputTokens) {
        this.maxOutputTokens = maxOutputTokens;
    }

    public Boolean getInputTranscription() {
        return inputTranscription;
    }

    public void setInputTranscription(Boolean inputTranscription) {
        this.inputTranscription = inputTranscription;
    }

    public Boolean getOutputTranscription() {
        return outputTranscription;
    }

    public void setOutputTranscription(Boolean outputTranscription) {
        this.outputTranscription = outputTranscription;
    }

    public Boolean getContextWindowCompression() {
        return contextWindowCompression;
    }

    public void setContextWindowCompression(Boolean contextWindowCompression) {
        this.contextWindowCompression = contextWindowCompression;
    }

    public String getSessionGroup() {
        return sessionGroup;
    }

    public void setSessionGroup(String sessionGroup) {
        this.sessionGroup = sessionGroup;
    }

    public String getSessionKey() {
        return sessionKey;
    }

    public void setSessionKey(String sessionKey) {
        this.sessionKey = sessionKey;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getSetupTimeout() {
        return setupTimeout;
    }

    public void setSetupTimeout(long setupTimeout) {
        this.setupTimeout = setupTimeout;
    }

    public long getPingInterval() {
        return pingInterval;
    }

    public void setPingInterval(long pingInterval) {
        this.pingInterval = pingInterval;
    }

    public GenAiLiveSessionStart getSessionStart() {
        return sessionStart;
    }

    public void setSessionStart(GenAiLiveSessionStart sessionStart) {
        this.sessionStart = sessionStart;
    }

    public long getSessionIdleTimeout() {
        return sessionIdleTimeout;
    }

    public void setSessionIdleTimeout(long sessionIdleTimeout) {
        this.sessionIdleTimeout = sessionIdleTimeout;
    }

    public int getMaxSessions() {
        return maxSessions;
    }

    public void setMaxSessions(int maxSessions) {
        this.maxSessions = maxSessions;
    }

    public MaxSessionsPolicy getMaxSessionsPolicy() {
        return maxSessionsPolicy;
    }

    public void setMaxSessionsPolicy(MaxSessionsPolicy maxSessionsPolicy) {
        this.maxSessionsPolicy = maxSessionsPolicy;
    }

    public boolean isReconnect() {
        return reconnect;
    }

    public void setReconnect(boolean reconnect) {
        this.reconnect = reconnect;
    }

    public long getReconnectInitialDelay() {
        return reconnectInitialDelay;
    }

    public void setReconnectInitialDelay(long reconnectInitialDelay) {
        this.reconnectInitialDelay = reconnectInitialDelay;
    }

    public long getReconnectMaxDelay() {
        return reconnectMaxDelay;
    }

    public void setReconnectMaxDelay(long reconnectMaxDelay) {
        this.reconnectMaxDelay = reconnectMaxDelay;
    }

    public int getReconnectMaxAttempts() {
        return reconnectMaxAttempts;
    }

    public void setReconnectMaxAttempts(int reconnectMaxAttempts) {
        this.reconnectMaxAttempts = reconnectMaxAttempts;
    }

    public boolean isSessionResumption() {
        return sessionResumption;
    }

    public void setSessionResumption(boolean sessionResumption) {
        this.sessionResumption = sessionResumption;
    }

    public StateRepository<String, String> getResumptionRepository() {
        return resumptionRepository;
    }

    public void setResumptionRepository(StateRepository<String, String> resumptionRepository) {
        this.resumptionRepository = resumptionRepository;
    }

    public HistoryReplay getHistoryReplay() {
        return historyReplay;
    }

    public void setHistoryReplay(HistoryReplay historyReplay) {
        this.historyReplay = historyReplay;
    }

    public int getHistoryMaxTurns() {
        return historyMaxTurns;
    }

    public void setHistoryMaxTurns(int historyMaxTurns) {
        this.historyMaxTurns = historyMaxTurns;
    }

    public int getReplayBufferMaxMessages() {
        return replayBufferMaxMessages;
    }

    public void setReplayBufferMaxMessages(int replayBufferMaxMessages) {
        this.replayBufferMaxMessages = replayBufferMaxMessages;
    }

    public String getReplayBufferMaxBytes() {
        return replayBufferMaxBytes;
    }

    public void setReplayBufferMaxBytes(String replayBufferMaxBytes) {
        this.replayBufferMaxBytes = replayBufferMaxBytes;
    }

    public ReplayOverflow getReplayOverflow() {
        return replayOverflow;
    }

    public void setReplayOverflow(ReplayOverflow replayOverflow) {
        this.replayOverflow = replayOverflow;
    }

    public long getStallTimeout() {
        return stallTimeout;
    }

    public void setStallTimeout(long stallTimeout) {
        this.stallTimeout = stallTimeout;
    }

    public GenAiLiveOperation getOperation() {
        return operation;
    }

    public void setOperation(GenAiLiveOperation operation) {
        this.operation = operation;
    }

    public GenAiLiveResponse getResponse() {
        return response;
    }

    public void setResponse(GenAiLiveResponse response) {
        this.response = response;
    }

    public long getTurnTimeout() {
        return turnTimeout;
    }

    public void setTurnTimeout(long turnTimeout) {
        this.turnTimeout = turnTimeout;
    }

    public String getTurnMaxBytes() {
        return turnMaxBytes;
    }

    public void setTurnMaxBytes(String turnMaxBytes) {
        this.turnMaxBytes = turnMaxBytes;
    }

    public int getMaxWaitingTurns() {
        return maxWaitingTurns;
    }

    public void setMaxWaitingTurns(int maxWaitingTurns) {
        this.maxWaitingTurns = maxWaitingTurns;
    }

    public int getOutboxMaxMessages() {
        return outboxMaxMessages;
    }

    public void setOutboxMaxMessages(int outboxMaxMessages) {
        this.outboxMaxMessages = outboxMaxMessages;
    }

    public String getOutboxMaxBytes() {
        return outboxMaxBytes;
    }

    public void setOutboxMaxBytes(String outboxMaxBytes) {
        this.outboxMaxBytes = outboxMaxBytes;
    }

    public int getOutboxMaxWaiting() {
        return outboxMaxWaiting;
    }

    public void setOutboxMaxWaiting(int outboxMaxWaiting) {
        this.outboxMaxWaiting = outboxMaxWaiting;
    }

    public OutboxOverflow getOutboxOverflow() {
        return outboxOverflow;
    }

    public void setOutboxOverflow(OutboxOverflow outboxOverflow) {
        this.outboxOverflow = outboxOverflow;
    }

    public long getRealtimeMaxAge() {
        return realtimeMaxAge;
    }

    public void setRealtimeMaxAge(long realtimeMaxAge) {
        this.realtimeMaxAge = realtimeMaxAge;
    }

    public String getAudioMimeType() {
        return audioMimeType;
    }

    public void setAudioMimeType(String audioMimeType) {
        this.audioMimeType = audioMimeType;
    }

    public int getStreamMaxMessages() {
        return streamMaxMessages;
    }

    public void setStreamMaxMessages(int streamMaxMessages) {
        this.streamMaxMessages = streamMaxMessages;
    }

    public GenAiLiveTextMode getTextMode() {
        return textMode;
    }

    public void setTextMode(GenAiLiveTextMode textMode) {
        this.textMode = textMode;
    }

    public int getChunkMillis() {
        return chunkMillis;
    }

    public void setChunkMillis(int chunkMillis) {
        this.chunkMillis = chunkMillis;
    }

    public GenAiLivePace getPace() {
        return pace;
    }

    public void setPace(GenAiLivePace pace) {
        this.pace = pace;
    }

    public GenAiLiveDeliver getDeliver() {
        return deliver;
    }

    public void setDeliver(GenAiLiveDeliver deliver) {
        this.deliver = deliver;
    }

    public String getEvents() {
        return events;
    }

    public void setEvents(String events) {
        this.events = events;
    }

    public String getTags() {
        return tags;
    }

    public void setTags(String tags) {
        this.tags = tags;
    }

    public GenAiLiveToolExecution getToolExecution() {
        return toolExecution;
    }

    public void setToolExecution(GenAiLiveToolExecution toolExecution) {
        this.toolExecution = toolExecution;
    }

    public long getToolTimeout() {
        return toolTimeout;
    }

    public void setToolTimeout(long toolTimeout) {
        this.toolTimeout = toolTimeout;
    }

    public GenAiLiveToolErrorStrategy getToolErrorStrategy() {
        return toolErrorStrategy;
    }

    public void setToolErrorStrategy(GenAiLiveToolErrorStrategy toolErrorStrategy) {
        this.toolErrorStrategy = toolErrorStrategy;
    }

    public int getMaxToolCallsPerTurn() {
        return maxToolCallsPerTurn;
    }

    public void setMaxToolCallsPerTurn(int maxToolCallsPerTurn) {
        this.maxToolCallsPerTurn = maxToolCallsPerTurn;
    }

    public int getMaxToolCallsPerSession() {
        return maxToolCallsPerSession;
    }

    public void setMaxToolCallsPerSession(int maxToolCallsPerSession) {
        this.maxToolCallsPerSession = maxToolCallsPerSession;
    }

    public int getLaneMaxMessages() {
        return laneMaxMessages;
    }

    public void setLaneMaxMessages(int laneMaxMessages) {
        this.laneMaxMessages = laneMaxMessages;
    }

    public long getLaneStallTimeout() {
        return laneStallTimeout;
    }

    public void setLaneStallTimeout(long laneStallTimeout) {
        this.laneStallTimeout = laneStallTimeout;
    }

    public LaneOverflow getLaneOverflow() {
        return laneOverflow;
    }

    public void setLaneOverflow(LaneOverflow laneOverflow) {
        this.laneOverflow = laneOverflow;
    }

    public boolean isDropAudioOnInterrupt() {
        return dropAudioOnInterrupt;
    }

    public void setDropAudioOnInterrupt(boolean dropAudioOnInterrupt) {
        this.dropAudioOnInterrupt = dropAudioOnInterrupt;
    }

    public String getSessionEvents() {
        return sessionEvents;
    }

    public void setSessionEvents(String sessionEvents) {
        this.sessionEvents = sessionEvents;
    }

    public GenAiLiveSuspend getOnSuspend() {
        return onSuspend;
    }

    public void setOnSuspend(GenAiLiveSuspend onSuspend) {
        this.onSuspend = onSuspend;
    }

    public String getApiKey() {
        return apiKey;
    }

    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public GoogleCredentials getCredentials() {
        return credentials;
    }

    public void setCredentials(GoogleCredentials credentials) {
        this.credentials = credentials;
    }

    public Boolean getVertexAi() {
        return vertexAi;
    }

    public void setVertexAi(Boolean vertexAi) {
        this.vertexAi = vertexAi;
    }

    public String getProject() {
        return project;
    }

    public void setProject(String project) {
        this.project = project;
    }

    public String getLocation() {
        return location;
    }

    public void setLocation(String location) {
        this.location = location;
    }

    public String getApiVersion() {
        return apiVersion;
    }

    public void setApiVersion(String apiVersion) {
        this.apiVersion = apiVersion;
    }

    public Client getClient() {
        return client;
    }

    public void setClient(Client client) {
        this.client = client;
    }

    public String getBaseUrl() {
        return baseUrl;
    }

    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public boolean isAllowInsecure() {
        return allowInsecure;
    }

    public void setAllowInsecure(boolean allowInsecure) {
        this.allowInsecure = allowInsecure;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public LiveProxy.Type getProxyType() {
        return proxyType;
    }

    public void setProxyType(LiveProxy.Type proxyType) {
        this.proxyType = proxyType;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public int getProxyPort() {
        return proxyPort;
    }

    public void setProxyPort(int proxyPort) {
        this.proxyPort = proxyPort;
    }

    public String getProxyUsername() {
        return proxyUsername;
    }

    public void setProxyUsername(String proxyUsername) {
        this.proxyUsername = proxyUsername;
    }

    public String getProxyPassword() {
        return proxyPassword;
    }

    public void setProxyPassword(String proxyPassword) {
        this.proxyPassword = proxyPassword;
    }

    public Map<String, Object> getHeaders() {
        return headers;
    }

    public void setHeaders(Map<String, Object> headers) {
        this.headers = headers;
    }

    public boolean isSteeringHeaders() {
        return steeringHeaders;
    }

    public void setSteeringHeaders(boolean steeringHeaders) {
        this.steeringHeaders = steeringHeaders;
    }
}
