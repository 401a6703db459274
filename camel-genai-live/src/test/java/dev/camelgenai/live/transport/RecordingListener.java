package dev.camelgenai.live.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Keeps what it is told, and that nothing comes after the end. */
class RecordingListener implements LiveConnectionListener {

    final List<byte[]> messages = new CopyOnWriteArrayList<>();
    final List<LiveClose> closes = new CopyOnWriteArrayList<>();
    final List<String> late = new CopyOnWriteArrayList<>();
    final AtomicInteger writable = new AtomicInteger();

    @Override
    public void onMessage(ByteBuf utf8Json) {
        messages.add(ByteBufUtil.getBytes(utf8Json));
        if (!closes.isEmpty()) {
            late.add("message");
        }
    }

    @Override
    public void onWritable() {
        writable.incrementAndGet();
        if (!closes.isEmpty()) {
            late.add("writable");
        }
    }

    @Override
    public void onClosed(LiveClose close) {
        closes.add(close);
    }

    List<String> texts() {
        return messages.stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
    }

    LiveClose awaitClosed() {
        await().until(() -> !closes.isEmpty());
        assertThat(closes).hasSize(1);
        assertThat(late).isEmpty();
        return closes.get(0);
    }
}
