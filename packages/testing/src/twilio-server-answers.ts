/** The documented error answers, by Twilio's error code. `%to` is the number as it was asked for. */
const ERRORS: Readonly<Record<number, { http: number; message: string; detail?: string }>> = {
  20003: {
    http: 401,
    message: 'Authentication Error - invalid username',
    detail: 'Your AccountSid or AuthToken was incorrect.',
  },
  20404: { http: 404, message: 'The requested resource %path was not found' },
  20429: { http: 429, message: 'Too Many Requests' },
  20500: { http: 500, message: 'Internal Server Error' },
  20503: { http: 503, message: 'Service Unavailable' },
  12100: { http: 400, message: 'Document parse failure' },
  13224: { http: 400, message: 'Invalid phone number: %to' },
  21201: { http: 400, message: "No 'To' number specified" },
  21205: { http: 400, message: 'Url parameter is required.' },
  21213: { http: 400, message: "'From' number is required" },
  21214: { http: 400, message: 'The phone number you provided, %to, cannot be reached.' },
  21215: {
    http: 400,
    message: 'Account not authorized to call %to. Perhaps you need to enable some international permissions.',
  },
  21216: { http: 400, message: 'Call blocked: %to is on a blocked list.' },
  21217: { http: 400, message: 'Phone number, %to, does not appear to be valid.' },
  21211: { http: 400, message: "The 'To' number %to is not a valid phone number." },
  21212: {
    http: 400,
    message: "The 'From' number %from is not a valid phone number, shortcode, or alphanumeric sender ID.",
  },
  21408: {
    http: 400,
    message: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: %to",
  },
  21602: { http: 400, message: 'Message body is required.' },
  21603: { http: 400, message: "A 'From' phone number is required." },
  21604: { http: 400, message: "A 'To' phone number is required." },
  21610: { http: 400, message: 'Attempt to send to unsubscribed recipient' },
  21612: {
    http: 400,
    message: "The 'To' phone number: %to, is not currently reachable using the 'From' phone number: %from via SMS.",
  },
  21614: { http: 400, message: "'To' number: %to, is not a valid mobile number" },
  21617: { http: 400, message: 'The concatenated message body exceeds the 1600 character limit.' },
  21620: { http: 400, message: 'Invalid media URL(s)' },
  21656: { http: 400, message: 'The ContentVariables parameter is invalid.' },
  30003: { http: 400, message: 'Unreachable destination handset' },
  30006: { http: 400, message: 'Landline or unreachable carrier' },
  30034: { http: 400, message: 'US A2P 10DLC - Message from an Unregistered Number' },
  63021: { http: 400, message: 'Channel invalid content error' },
  63028: {
    http: 400,
    message: 'Number of parameters provided does not match the expected number of parameters for the template.',
  },
  63040: { http: 400, message: 'Template is rejected' },
  63016: {
    http: 400,
    message:
      'Failed to send freeform message because you are outside the allowed window. Please use a Message Template.',
  },
};

/** Recipients that the documentation reserves for trying errors out. */
const MAGIC_RECIPIENTS: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};

export const MAGIC_SENDER_REFUSED = '+15005550001';
export const BODY_CHARS = 1_600;
const VARIABLE_CHARS = 1_024;

export interface ErrorAnswer {
  readonly http: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The body of an error as the real API writes it. A code that is not documented here gets a general sentence. */
export function errorAnswer(
  code: number,
  options: { http?: number; to?: string; from?: string; path?: string } = {},
): ErrorAnswer {
  const known = ERRORS[code];
  const http = options.http ?? known?.http ?? 400;
  const message = (known?.message ?? `Error ${code}`)
    .replace('%to', options.to ?? '')
    .replace('%from', options.from ?? '')
    .replace('%path', options.path ?? '');
  return {
    http,
    body: {
      code,
      ...(known?.detail !== undefined && { detail: known.detail }),
      message,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: http,
    },
  };
}

/** What is wrong with a request to create a message: an error code, or null. */
export function creationError(form: URLSearchParams): number | null {
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  const contentSid = form.get('ContentSid') ?? '';
  if (to === '') return 21604;
  if (from === '' && (form.get('MessagingServiceSid') ?? '') === '') return 21603;
  if (from === MAGIC_SENDER_REFUSED) return 21212;
  if ((form.get('Body') ?? '') === '' && contentSid === '') return 21602;
  if ((form.get('Body') ?? '').length > BODY_CHARS) return 21617;
  if (contentSid !== '' && contentVariables(form) === null) return 21656;
  const mediaUrl = form.get('MediaUrl');
  if (mediaUrl !== null && !URL.canParse(mediaUrl)) return 21620;
  const number = to.replace(/^whatsapp:/, '');
  if (!/^\+[1-9][0-9]{6,14}$/.test(number)) return 21211;
  return MAGIC_RECIPIENTS[number] ?? null;
}

/** The variables of a template, "1", "2", … in sequence; null when they cannot be used. */
export function contentVariables(form: URLSearchParams): Map<string, string> | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(form.get('ContentVariables') ?? '{}');
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const variables = new Map<string, string>();
  for (const [index, [name, value]] of Object.entries(parsed).entries()) {
    const usable = typeof value === 'string' && value.length <= VARIABLE_CHARS && !/[\n\t]| {5}/.test(value);
    if (name !== String(index + 1) || !usable || value === '') return null;
    variables.set(name, value);
  }
  return variables;
}
