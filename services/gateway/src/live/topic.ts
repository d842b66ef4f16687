import type { Logger } from '@ubot/service-kit';
import type { SharedFrame } from './frame.ts';
import type { Line } from './line.ts';

/** A frame with the state or the change that it brings a reader to. */
export interface NumberedFrame extends SharedFrame {
  readonly sequence: number;
}

/**
 * A list of frames that any number of connections read: a snapshot for whoever begins or has fallen behind, and deltas
 * from there, each of the sequence number after the one before.
 */
export interface Topic {
  readonly number: number;
  sequence(): number;
  /** Moves on by one and gives the delta to all readers; null: they begin anew from the snapshot. */
  publish(delta: SharedFrame | null): void;
  /** The state at `sequence()` or a later one, made once for all who ask meanwhile; null when there is none yet. */
  snapshot(): Promise<NumberedFrame | null>;
  join(reader: TopicReader): void;
  leave(reader: TopicReader): void;
  isRead(): boolean;
}

export interface TopicReader {
  offer(delta: SharedFrame | null): void;
}

export interface TopicOptions {
  readonly number: number;
  /** Makes the snapshot's frame for the sequence number that it is given; null when there is none yet. */
  readonly build: (sequence: number) => Promise<SharedFrame | null>;
  /** true: the snapshot is kept until the topic moves on, for those who come later. */
  readonly keepsSnapshot: boolean;
}

export function createTopic({ number, build, keepsSnapshot }: TopicOptions): Topic {
  const readers = new Set<TopicReader>();
  let sequence = 1;
  let made: { sequence: number; frame: Promise<NumberedFrame | null> } | null = null;
  const buildNow = async (at: number): Promise<NumberedFrame | null> => {
    const frame = await build(at);
    return frame === null ? null : { ...frame, sequence: at };
  };
  return {
    number,
    sequence: () => sequence,
    publish(delta) {
      sequence += 1;
      made = null;
      for (const reader of readers) reader.offer(delta);
    },
    async snapshot() {
      if (made?.sequence !== sequence) made = { sequence, frame: buildNow(sequence) };
      const mine = made;
      try {
        const frame = await mine.frame;
        if ((frame === null || !keepsSnapshot) && made === mine) made = null;
        return frame;
      } catch (error) {
        if (made === mine) made = null;
        throw error;
      }
    },
    join: (reader) => void readers.add(reader),
    leave: (reader) => void readers.delete(reader),
    isRead: () => readers.size > 0,
  };
}

export interface ConnectedReader extends TopicReader {
  /** The first frame, or null where there is none yet. Until then nothing is sent. */
  begin(snapshot: NumberedFrame | null): void;
  /** Sends the snapshot (again). */
  resync(reason: 'requested' | null): void;
  stop(): void;
}

/**
 * One connection's reading of one topic: at most one frame on its way. A delta that comes while the reader still takes
 * the last frame is not kept; when it is done it is told so and gets the newest snapshot instead of a pile of deltas.
 */
export function createReader(given: { topic: Topic; line: Line; logger: Logger }): ConnectedReader {
  const { topic, line, logger } = given;
  /** A frame is on its way or being made; at first, that the client be told of the topic. */
  let isBusy = true;
  /** Set while the reader has no state that a delta could follow; the reason is told, null is for the first time. */
  let behind: { reason: 'slow_reader' | 'gap' | 'requested' | null } | null = { reason: null };
  let isStopped = false;

  const sent = (): void => {
    isBusy = false;
    if (behind !== null) catchUp();
  };
  const send = (frame: SharedFrame): void => {
    isBusy = true;
    line.sendFrame(frame, sent);
  };
  const catchUp = (): void => {
    if (isBusy || isStopped) return;
    isBusy = true;
    newest(topic)
      .then((frame) => {
        isBusy = false;
        if (frame === null || isStopped || behind === null) return;
        const { reason } = behind;
        behind = null;
        if (reason !== null) line.say({ type: 'resync', topic: topic.number, reason });
        send(frame);
      })
      .catch((error: unknown) => {
        // The next frame of the topic tries again.
        isBusy = false;
        logger.debug({ event: 'live.snapshot_failed', error });
      });
  };

  return {
    begin(snapshot) {
      isBusy = false;
      if (snapshot?.sequence !== topic.sequence()) return catchUp();
      behind = null;
      send(snapshot);
    },
    offer(delta) {
      if (isStopped) return;
      if (behind === null && delta !== null && !isBusy) return send(delta);
      if (delta !== null && (behind === null || behind.reason === 'slow_reader')) line.skipped();
      behind ??= { reason: delta === null ? 'gap' : 'slow_reader' };
      catchUp();
    },
    resync(reason) {
      behind ??= { reason };
      catchUp();
    },
    stop() {
      isStopped = true;
    },
  };
}

/** While a snapshot was made the topic may have moved on: a reader must begin at its newest number. */
async function newest(topic: Topic): Promise<NumberedFrame | null> {
  for (;;) {
    const frame = await topic.snapshot();
    if (frame === null || frame.sequence === topic.sequence()) return frame;
  }
}
