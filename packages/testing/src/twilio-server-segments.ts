// GSM 03.38, written from the standard's table and not from the product's own: a slip in one shows against the other.
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|€';

/** How many segments the provider sends and charges for a text. */
export function segmentsOf(text: string): number {
  const characters = [...text];
  const gsm = characters.every((character) => BASIC.includes(character) || EXTENSION.includes(character));
  const units = characters.map((character) => (gsm ? (EXTENSION.includes(character) ? 2 : 1) : character.length));
  const [alone, joined] = gsm ? [160, 153] : [70, 67];
  if (units.reduce((sum, unit) => sum + unit, 0) <= alone) return 1;
  let segments = 1;
  let room = joined;
  for (const unit of units) {
    if (unit > room) {
      segments += 1;
      room = joined;
    }
    room -= unit;
  }
  return segments;
}
