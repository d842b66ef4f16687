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
export { renderAlertText, formatTime, DEFAULT_TEXT_CHARS, TEMPLATE_TEXT_CHARS, type RenderInput } from './render.ts';
export { findSilence, type SilenceRule, type AlertFacts } from './silence.ts';
