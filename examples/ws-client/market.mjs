/** `market` is { coins: Map of id → row, columns, sequence }. Both answer false when a frame was missed: ask to resync. */
export function takeJson(market, frame) {
  if (frame.type === 'snapshot') {
    market.columns = frame.columns;
    market.coins = new Map(frame.rows.map((row) => [row[0], row]));
  } else {
    if (frame.sequence !== market.sequence + 1) return false;
    for (const id of frame.removed) market.coins.delete(id);
    for (const [id, mask, ...values] of frame.rows) {
      const row = market.coins.get(id) ?? [id];
      for (let column = 1; column < market.columns.length; column += 1) {
        if (mask & (1 << (column - 1))) row[column] = values.shift();
      }
      market.coins.set(id, row);
    }
  }
  market.sequence = frame.sequence;
  return true;
}

/** The layout is in docs/api.md. */
export function takeBytes(market, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSnapshot = view.getUint8(4) === 1;
  const start = view.getUint16(6, true);
  const sequence = view.getUint32(12, true);
  const coins = view.getUint32(32, true);
  const removed = view.getUint32(36, true);
  if (isSnapshot) market.coins = new Map();
  else if (sequence !== market.sequence + 1) return false;
  const figure = (column, i) => {
    const value = view.getFloat32(start + (12 + 4 * column) * coins + 4 * i, true);
    return Number.isNaN(value) ? null : value;
  };
  for (let i = 0; i < coins; i += 1) {
    const id = view.getUint32(start + 8 * coins + 4 * i, true);
    const price = view.getFloat64(start + 8 * i, true);
    market.coins.set(id, [id, price, ...[0, 1, 2, 3, 4].map((column) => figure(column, i))]);
  }
  for (let i = 0; i < removed; i += 1) market.coins.delete(view.getUint32(start + 32 * coins + 4 * i, true));
  market.sequence = sequence;
  return true;
}
