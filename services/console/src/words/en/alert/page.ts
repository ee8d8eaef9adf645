// Words of the page of one alert.

import { capital, pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')

export const alertEn = {
  label: 'The chosen alert',
  gone: 'You can no longer see this alert.',
  failed: 'The details could not be loaded. Trying again; the list shows what is known.',
  loading: 'Loading the details…',
  back: 'Back to the list',
  previous: 'Previous alert',
  next: 'Next alert',
  print: 'Print',

  sources: (count: number) => plural(count, 'independent source', 'independent sources'),
  sureOf: (status: string, sources: string) => `${status}: ${sources}`,
  revision: (number: number) => `Revision ${number}`,
  judged: (disposition: string, by: string, time: string) =>
    `Resolved ${time}${by === '' ? '' : ` by ${by}`}: ${disposition.toLowerCase()}`,
  ended: (status: string, time: string, reason: string) =>
    `${status} ${time}${reason === '' ? '' : `: ${reason}`}`.trimStart(),
  judgedTitle: (disposition: string) => `Judged: ${disposition.toLowerCase()}`,
  judgedBy: (by: string, time: string) => `${by}, ${time}.`,

  where: 'Where',
  within: (km: string) => `within ${km} km`,
  since: 'Since',
  lasted: (age: string) => `${age}, still open`,
  lastedUntil: (to: string) => `to ${to}`,
  deaths: 'Deaths',
  noFigure: (count: number) => `${plural(count, 'incident gives', 'incidents give')} no number`,
  notAcknowledged: 'not acknowledged',
  acknowledgedAfter: (by: string, age: string) => `acknowledged by ${by} ${age}`,
  nobody: 'Unassigned',
  paged: (count: number, since: string) =>
    `Paged ${count === 1 ? 'once, ' : `${count} times since `}${since}`,

  newSince: 'New since you looked',
  newIn: (revision: number) => `New in revision ${revision}`,
  revisions: (count: number) => plural(count, 'revision', 'revisions'),
  nothingNew: (time: string) => `Nothing new. The last change of content is from ${time}.`,
  asRaised: 'Nothing has changed since it was raised.',

  why: 'Why',
  whyRaised: 'it was raised',
  enough: (value: string, name: string, threshold: string) =>
    `${value} ${name}; ${threshold} ${threshold === '1' ? 'is' : 'are'} enough`,
  threshold: (value: string) => `Threshold ${value}`,
  usual: (value: string) => `Usual ${value}`,
  level: (value: string) => `Level ${value}`,
  earlierLevels: (count: number) => plural(count, 'earlier level', 'earlier levels'),
  reachedOn: (day: string) => `reached ${day}`,
  ends: (text: string) => `Ends: ${text}`,
  inFull: 'How the rule counts',
  falseAlarmsPerYear: (count: number) =>
    `As rare as this by chance ${
      count < 0.05
        ? 'less than once in 20 years'
        : count < 1
          ? `once in ${(1 / count).toLocaleString('en', { maximumSignificantDigits: 2 })} years`
          : `${count} times a year`
    } in this theatre.`,

  picture: {
    titles: {
      1: (where: string) => `Incidents a day in ${where}`,
      7: (where: string) => `Incidents a week in ${where}`,
      30: (where: string) => `Incidents in 30 days in ${where}`
    },
    spans: { 90: '90 days', 365: '1 year', 0: 'All' },
    span: 'Time shown',
    openArea: 'Open this area',
    until: (day: string) => `to ${day}`,
    none: 'No incident reported. That may be a lack of reports.',
    notAll: (count: number) => `the newest ${count.toLocaleString('en')} of the area`,
    unsure: 'Day unsure',
    severity: 'Severity',
    levels: 'Levels',
    attacksIn: (days: number) => `attacks in ${days} days`,
    running: (name: string) => `${capital(name)}, as the rule counts`,
    threshold: (value: string) => `Threshold ${value}`,
    described: (where: string, from: string, to: string, all: number, most: string) =>
      `${plural(all, 'incident', 'incidents')} in ${where} from ${from} to ${to}${most}.`,
    most: (count: number, day: string) => `, at most ${count} at once, on ${day}`,
    reached: (levels: string) => ` Levels: ${levels}.`,
    severities: (lanes: string) => ` Severity: ${lanes}.`,
    from: (what: string, day: string) => `${what} since ${day}`
  },

  people: 'People',
  onShift: 'On shift',
  nobodyOnShift: 'nobody',
  notified: 'Notified',
  seenBelow: { public: 'Public sees', partners: 'Partners see', internal: 'Internal sees' },
  evidenceBelow: (seen: number, all: number) =>
    seen === all ? 'all incidents' : `${seen} of ${plural(all, 'incident', 'incidents')}`,
  noAlertBelow: 'no alert',
  otherAlertBelow: (status: string) => `${status}, as another alert`,
  handling: 'Handling',

  story: 'Belongs to',
  parts: (count: number) => `${plural(count, 'part', 'parts')}`,

  rule: 'Rule',
  ruleVersion: (version: number) => `version ${version}`,
  raisedAt: 'Raised',

  knownLost: 'The earlier version is no longer loaded. This is the alert as known now.',
  knownThen: (time: string) => `You are viewing the alert as known at ${time}.`,
  showThen: 'As known then',
  showThenOf: (revision: number) => `As known then: revision ${revision}`,
  onPaper: (handling: string, known: string) => `Handling: ${handling}. As known at ${known}.`,
  notKnownWhen: 'an unknown time'
} as const
