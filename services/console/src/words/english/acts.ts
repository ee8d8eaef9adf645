// Words of what an officer does with an alert, and of what was done about it.

export const actsEn = {
  title: 'Act',
  note: 'Note for other officers (optional)',
  readers: 'Name and words for',
  acknowledge: 'Acknowledge',
  takeOver: 'Acknowledge again, as me',
  /** `ago` is empty where it is not known. */
  otherHasIt: (holder: string, ago: string) =>
    `Somebody else has it: ${holder}${ago === '' ? '' : `, ${ago}`}.`,
  until: 'until',
  untils: {
    none: 'no end',
    '30': '30 minutes',
    '60': '1 hour',
    '240': '4 hours',
    '480': '8 hours'
  },
  untilClock: 'a time of day',
  clock: 'UTC',
  clockMissing: 'such as 06:00',
  takenAway: {
    title: (count: number) =>
      count === 1 ? 'An alert that you had' : `${count} alerts that you had`,
    taken: (by: string) => `${by} has taken over what you had.`,
    given: (holder: string, by: string) => `${by} has given to ${holder} what you had.`,
    givenBack: (by: string) => `${by} has given back what you had: nobody has it.`
  },
  assign: 'Assign',
  assignTo: 'Assign to',
  nobodyOfName: (name: string) =>
    `Nobody of the name “${name}” is known here: look at the spelling.`,
  assignedCalls: 'Assigned is not answered: it calls on until somebody acknowledges it.',
  response: 'Record response',
  comment: 'Comment',
  commentText: 'Comment text',
  resolve: 'Close',
  disposition: 'It was',
  asking: 'Asking…',
  done: {
    acknowledgement: 'Acknowledged by you.',
    assignment: 'Assigned.',
    'give-back': 'Given back: nobody has it now.',
    response: 'Response recorded.',
    comment: 'Comment stored.',
    resolution: 'Closed.'
  },
  giveBack: 'Give back',
  pending: 'Stored, but not decided yet. The outcome will appear here.',
  reasons: {
    'unknown-alert': 'There is no such alert.',
    'stale-revision': 'The alert had changed.',
    'alert-closed': 'The alert was closed before.',
    invalid: 'The suite does not take it.',
    'another-came-first': 'It was declared otherwise before.',
    'too-many-declared': 'Too many were declared already.'
  },
  cameFirst: (name: string, time: string | null) =>
    `${name} came first${time === null ? '' : `, at ${time}`}.`,
  conflict: (detail: string) =>
    `Not accepted: ${detail} What you typed is kept; the alert below is as it is now.`,
  refused: (detail: string) => `Not accepted: ${detail}`,
  unreachable:
    'The suite could not be reached. Whether it took effect is not known: wait until the page is live, and look. What you typed is kept.',
  notAllowed: 'Your key may read alerts, not act on them.',
  notOfThen: 'You see the alert as it was: go back to now to act. What you typed is kept.',
  backToNow: 'Back to now',
  kept: 'kept until sent'
} as const

export const responsesEn = {
  title: 'What was done',
  kind: 'What was done',
  choose: 'choose…',
  kinds: {
    warned: 'People were warned',
    moved: 'People were moved',
    sent: 'Somebody was sent',
    other: 'Something else was done',
    none: 'Decided not to act'
  },
  doneAt: 'Done at (UTC)',
  doneAtHint: 'empty: now',
  asItWas: 'empty: as it was',
  correct: 'Correct',
  corrects: (kind: string, time: string) => `Corrects: ${kind}, ${time}`,
  keep: 'Leave it as it is',
  withdraw: 'It was not done: withdraw it',
  whyWithdrawn: 'Why it is withdrawn (optional)',
  correctedFrom: 'corrected',
  text: 'In words (optional)',
  whyNot: 'Why nothing is done (needed)',
  nothing: 'nothing recorded',
  /** Of several the last. */
  last: (kind: string, time: string, count: number) =>
    `${kind}, ${time}${count === 1 ? '' : ` (the last of ${count})`}`,
  after: (age: string) => `${age} after it was raised`,
  before: (age: string) => `${age} before it was raised`,
  atOnce: 'as it was raised',
  recorded: (time: string) => `recorded ${time}`,
  by: (name: string) => `by ${name}`,
  someOfficer: 'an officer',
  more: (count: number) =>
    count === 1
      ? 'One more was recorded that is not listed here.'
      : `${count} more were recorded that are not listed here.`,
  /** In a row, beside who has it. */
  short: {
    warned: 'warned',
    moved: 'people moved',
    sent: 'somebody sent',
    other: 'something done',
    none: 'decided not to act'
  },
  row: (holder: string, done: string) => `${holder} · ${done}`
} as const

/**
 * People were called, nobody has acknowledged it, and nothing was done. Who it is assigned to is no
 * answer.
 */
export const unansweredEn = {
  one: 'Unacknowledged',
  count: (count: number, isCut: boolean) =>
    count === 0 ? 'All acknowledged' : `${isCut ? 'more than ' : ''}${count} unacknowledged`,
  /** Before an age. */
  oldest: 'oldest',
  worst: (severity: string) => `, up to ${severity}`,
  unknown: 'Unacknowledged: not known yet',
  title:
    'Alerts that paged, that nobody has acknowledged, and about which nothing was done. Assigning is not acknowledging.',
  notKnown: 'Which alerts nobody acknowledged is not known yet.',
  notSince: (time: string) => `not known since ${time}`,
  notKnownSince: (time: string) =>
    `Since ${time} Tocsin has not said again which alerts nobody acknowledged. It is asked again every few seconds.`,
  none: 'All alerts are acknowledged.',
  cut: (count: number) => `More than ${count} are unacknowledged: the gravest are listed.`,
  since: (time: string) => `raised about ${time}`
} as const
