import { microsOf } from '@ubot/contracts';
import type { ProviderCharge } from '../types.ts';

/**
 * What Twilio takes for a message, as it writes it: "-0.00750" and "USD", or "usd".
 *
 * Edges: null until it says, minutes after the message; a sum that it gives back instead counts as nothing.
 */
export function twilioCharge(price: unknown, unit: unknown): ProviderCharge | null {
  if (typeof price !== 'string' || typeof unit !== 'string' || !/^[A-Za-z]{3}$/.test(unit)) return null;
  const micros = microsOf(price);
  return Number.isNaN(micros) ? null : { micros: Math.max(0, -micros), currency: unit.toUpperCase() };
}
