// Words of handing over to the next officer.

const alerts = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'alert' : 'alerts'}`

interface CameOn {
  readonly name: string
  readonly officer: string
  readonly at: string
  readonly note: string | null
}

interface SilentSource {
  readonly id: string
  readonly theatre: string
  readonly last: string
  readonly quiet: string
  readonly isNew: boolean
}

interface ToldSilence {
  readonly what: string
  readonly by: string
  readonly reason: string
}

export const handOverEn = {
  lead: 'What changed since a time, and what nobody has: to be read out, printed or sent.',
  since: 'Since (UTC)',
  sinceRefused: 'That is no time, or one that is still to come: what follows is of the last shift.',
  gap: (time: string) => `Since this page was not live (${time})`,
  hours: (count: number) => `Last ${count} h`,
  span: (from: string, to: string, age: string) => `From ${from} to ${to} (${age}).`,
  loading: (done: number, all: number) => `Asking for what became of ${all}: ${done} answered…`,
  again: 'Bring up to date',
  newer: (count: number) => `${alerts(count)} changed since this was made.`,
  print: 'Print',
  copy: 'Copy as text',
  copied: 'Copied',
  notCopied: 'Not copied: this browser does not let pages. Select the text below.',
  asText: 'The same as text',
  nextLink: 'Copy link for the next hand-over, from now',
  tooMany: (shown: number, all: number) =>
    `${alerts(all)} changed. What became of them is told of the gravest ${shown.toLocaleString('en')}; the others are named.`,
  closedUnknown:
    'Closed alerts could not be loaded: what closed before this page was opened is missing.',
  closedCut: (max: number) =>
    `Of closed alerts the page holds the ${max} that changed last: what closed earlier in this time may be missing.`,
  answersUnknown: 'The suite has not told yet what nobody answered: that part is missing.',
  notTold: (count: number) =>
    `Of ${alerts(count)} the events could not be loaded: what is said of them may lack something.`,
  machineClock: {
    slow: (by: string) =>
      `The clock of the machine on which this was made is ${by} behind the suite’s. Times here are the suite’s.`,
    fast: (by: string) =>
      `The clock of the machine on which this was made is ${by} ahead of the suite’s. Times here are the suite’s.`
  },
  stale: (time: string) =>
    `The page was not live when this was made: it is as of ${time}, and may lack what came after.`,
  behind: (time: string) =>
    `The suite was behind when this was made: it is as of ${time}. Reports that came since had perhaps not been looked at.`,
  parts: {
    raised: 'New',
    escalated: 'Escalated',
    closed: 'Closed or withdrawn',
    taken: 'Taken, given, given back',
    done: 'What was done',
    noted: 'Notes',
    changed: 'Changed otherwise',
    unknown: 'Changed, but what became of it is not loaded',
    unanswered: 'Called people, and nobody answered',
    nobody: 'Open, and nobody has it'
  },
  aroundParts: { watches: 'On watch', sources: 'Sources that are silent', silences: 'Silences' },
  grave: 'ATTENTION:',
  around: {
    watch: (name: string, standing: string) => `${name}: ${standing}`,
    on: (officer: string, until: string) => `${officer} is on until ${until}`,
    nobodyOn: 'nobody is on',
    unheard: 'nothing can reach who is on',
    next: (officer: string, from: string) => `next ${officer}, from ${from}`,
    noNext: 'nobody is planned after that',
    cameOn: ({ name, officer, at, note }: CameOn) =>
      `${name}: ${officer} came on at ${at}${note === null ? '' : `: ${note}`}`,
    silent: ({ id, theatre, last, quiet, isNew }: SilentSource) =>
      `${id} in ${theatre} ${isNew ? 'went silent in this time' : 'is silent still'}: its last report came ${quiet} ago, ${last}`,
    silenceHolds: ({
      what,
      by,
      reason,
      until,
      isNew
    }: ToldSilence & { readonly until: string; readonly isNew: boolean }) =>
      `${isNew ? 'New: held' : 'Held'} back until ${until}: ${what} (${by}: ${reason})`,
    silenceBegins: ({
      what,
      by,
      reason,
      at,
      until
    }: ToldSilence & { readonly at: string; readonly until: string }) =>
      `Will be held back from ${at} until ${until}: ${what} (${by}: ${reason})`,
    silenceEnded: ({ what, by, reason, at }: ToldSilence & { readonly at: string }) =>
      `Ended at ${at}: ${what} (${by}: ${reason})`
  },
  aroundNotTold: (lists: readonly string[]) => `Not loaded, and missing here: ${lists.join('; ')}.`,
  noneUnder: (headings: readonly string[]) => `Nothing under: ${headings.join('; ')}.`,
  more: (next: number, left: number) =>
    `Show ${next.toLocaleString('en')} more of ${left.toLocaleString('en')} (the text has all)`,
  heading: 'Hand-over',
  drill: 'DRILL',
  by: (name: string) => `by ${name}`,
  omitted: (count: number) =>
    `${count.toLocaleString('en')} earlier ${count === 1 ? 'event was' : 'events were'} not loaded; some may be of this time. Open the alert for what is known of it.`
} as const
