export { decideAlert, INITIAL_ALERT_STATE, type AlertState, type Decision, type DecisionInput } from './decide.ts';
export {
  explainCondition,
  explainUnmet,
  formatValue,
  type ExplainInput,
  type ExplainedNumber,
  type ExplainedYesNo,
  type Explanation,
} from './explain.ts';
export {
  renderAlertText,
  usesPlaceholder,
  formatTime,
  DEFAULT_TEXT_CHARS,
  TEMPLATE_TEXT_CHARS,
  type RenderInput,
} from './render.ts';
export { findSilence, type SilenceRule, type AlertFacts } from './silence.ts';
export { findInhibition, firingSource, type FiringMachine, type InhibitionRule } from './inhibition.ts';
export { renderDigestText, type DigestAlert, type DigestInput } from './digestText.ts';
export { digestDueMs, NO_DIGEST, type DigestTiming } from './digestTiming.ts';
export { spokenAlert, spokenLanguage, spokenNumber, type SpokenLanguage } from './spoken.ts';
export { calendarDay, calendarEnds, type CalendarDay } from './periods.ts';
export { quietUntil } from './quietHours.ts';
export { capLimits, capReached, capSentence, type CapLimit, type Sent } from './caps.ts';
