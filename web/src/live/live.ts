import { useEffect, useRef } from 'react';
import { recheckSession } from '../api/session.ts';
import { useStore } from '../lib/store.ts';
import { createLiveSocket, type Connection, type LiveFrame, type LiveSpec } from './socket.ts';

export const live = createLiveSocket({
  url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
  onUnauthenticated: recheckSession,
});

export const useConnection = (): Connection => useStore(live.connection);

/** Follows a stream while the component is there; null: follows nothing. `take` may change from render to render. */
export function useLive(spec: LiveSpec | null, take: (frame: LiveFrame) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  const key = spec === null ? null : JSON.stringify(spec);
  useEffect(() => {
    if (key === null) return undefined;
    return live.subscribe(JSON.parse(key) as LiveSpec, (frame) => latest.current(frame));
  }, [key]);
}
