// Texts of actions on an alert, and of responses.

export const actsEn = {
  title: 'Act',
  note: 'Note for other officers (optional)',
  readers: 'Visible to',
  acknowledge: 'Acknowledge',
  acknowledgeUntil: 'Acknowledge until…',
  untilEscalates: 'Acknowledge until it escalates',
  untilEscalatesHint: 'Off your list until it gets worse.',
  takeOver: 'Take over',
  more: 'More',
  cancel: 'Cancel',
  /** `ago` is empty where it is not known. */
  otherHasIt: (holder: string, ago: string) => `Owner: ${holder}${ago === '' ? '' : `, ${ago}`}.`,
  until: 'until',
  untils: {
    none: 'it escalates',
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
      count === 1 ? 'The owner of an alert changed' : `${count} alerts changed owner`,
    assigned: (by: string) => `${by} has assigned this to you.`,
    taken: (by: string) => `${by} has taken over what you had.`,
    given: (holder: string, by: string) => `${by} has given to ${holder} what you had.`,
    givenBack: (by: string) => `${by} has released what you had: it is unassigned.`
  },
  assign: 'Assign',
  assignTo: 'Assign to',
  assignOther: 'another name or desk…',
  assignName: 'Name',
  nobodyOfName: (name: string) => `No officer named “${name}” is known. Check the spelling.`,
  assignedCalls: 'Assigning does not stop the pages. Acknowledging does.',
  response: 'Respond',
  comment: 'Comment',
  commentText: 'Comment text',
  resolve: 'Resolve',
  disposition: 'It was',
  reopen: 'Reopen',
  reopenNot: 'The situation has ended. A new report that brings it back reopens the alert.',
  silenceHour: 'Silence for 1 h',
  silenceReason: 'Silenced from the alert.',
  silences: (count: number, names: string) =>
    count === 0
      ? 'This alert. No webhook that you can see gets it now.'
      : `This alert, to ${count === 1 ? 'one webhook' : `${count} webhooks`}: ${names}.`,
  silenceAgain: 'Silence it once more to silence it as it is now.',
  silenceExtreme: 'Not for an extreme alert in one press.',
  silenced: (time: string) => `Silenced until ${time}.`,
  done: {
    acknowledgement: 'Acknowledged by you.',
    assignment: 'Assigned.',
    'give-back': 'Released: it is unassigned now.',
    response: 'Response recorded.',
    comment: 'Comment stored.',
    resolution: 'Resolved.',
    reopening: 'Reopened.'
  },
  giveBack: 'Release: unassigned',
  pending: 'Stored, but not decided yet. The outcome will appear here.',
  reasons: {
    'unknown-alert': 'There is no such alert.',
    'stale-revision': 'The alert had changed.',
    'alert-closed': 'The alert was resolved before.',
    invalid: 'Tocsin does not accept it.',
    'another-came-first': 'It was declared otherwise before.',
    'too-many-declared': 'Too many were declared already.'
  },
  cameFirst: (name: string, time: string | null) =>
    `${name} came first${time === null ? '' : `, at ${time}`}.`,
  conflict: (detail: string) =>
    `Not accepted: ${detail} What you typed is kept; the alert below is as it is now.`,
  refused: (detail: string) => `Not accepted: ${detail}`,
  unreachable:
    'Tocsin could not be reached. Whether it took effect is not known: wait until the page is live, and look. What you typed is kept.',
  notAllowed: 'Your key may read alerts, not act on them.',
  notOfThen: 'You are viewing an earlier version. Return to now to act.',
  backToNow: 'Return to now'
} as const

export const responsesEn = {
  title: 'Responses',
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
    count === 1 ? 'One more is not listed here.' : `${count} more are not listed here.`,
  /** In a row, next to the owner. */
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
 * The alert paged, and has neither an acknowledgement nor a response. Assigning it does not count
 * as acknowledging.
 */
export const unacknowledgedEn = {
  one: 'Unacknowledged',
  count: (count: number) => (count === 0 ? 'All acknowledged' : `${count} unacknowledged`),
  /** Before an age. */
  oldest: 'oldest',
  worst: (severity: string) => `, up to ${severity}`,
  unknown: 'Unacknowledged: not known yet',
  title:
    'Alerts that paged, that nobody has acknowledged, and about which nothing was done. Assigning is not acknowledging.',
  notKnown: 'Which alerts nobody acknowledged is not known yet.',
  none: 'All alerts are acknowledged.',
  since: (time: string) => `raised about ${time}`
} as const
