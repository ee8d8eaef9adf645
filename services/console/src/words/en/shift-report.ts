// Words of the shift report.

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

const shiftReport = {
  since: 'Since (UTC)',
  sinceRefused: 'That is no time, or one that is still to come: what follows is of the last shift.',
  gap: (time: string) => `Since this page was not live (${time})`,
  hours: (count: number) => `Last ${count} h`,
  again: 'Update',
  newer: (count: number) =>
    `${count.toLocaleString('en')} ${count === 1 ? 'alert' : 'alerts'} changed since this was made.`,
  copy: 'Copy as text',
  copied: 'Copied',
  notCopied: 'The browser blocked copying. Select the text below.',
  asText: 'As text',
  nextLink: 'Copy link for the next report',
  handOver: 'Hand over',
  note: 'To the next shift',
  counts: {
    unacknowledged: 'unacknowledged',
    extreme: 'extreme open',
    new: 'new',
    escalated: 'escalated',
    resolved: 'resolved',
    median: 'median to acknowledge'
  },
  parts: {
    needed: 'Needs somebody now',
    inHand: 'In hand',
    others: 'Other changes',
    over: 'Resolved'
  },
  tags: {
    new: 'New',
    escalated: 'Escalated',
    acknowledged: 'Acknowledged',
    done: 'Response',
    partner: 'Partner',
    resolved: 'Resolved',
    retracted: 'Retracted',
    changed: 'Updated'
  },
  noChange: 'No change',
  none: 'None.',
  unchanged: (count: number) =>
    `${count.toLocaleString('en')} more open ${count === 1 ? 'alert' : 'alerts'} without change.`,
  more: (next: number, left: number) =>
    `Show ${next.toLocaleString('en')} more of ${left.toLocaleString('en')} (the text has all)`,
  notMade: 'The report could not be made: Tocsin did not answer.',
  omitted: (count: number) =>
    `${count.toLocaleString('en')} less grave ${count === 1 ? 'alert is' : 'alerts are'} left out.`,
  machineClock: {
    slow: (by: string) =>
      `The clock of the machine on which this was made is ${by} behind Tocsin’s. Times here are Tocsin’s.`,
    fast: (by: string) =>
      `The clock of the machine on which this was made is ${by} ahead of Tocsin’s. Times here are Tocsin’s.`
  },
  stale: (time: string) =>
    `The page was not live when this was made: it is as of ${time}, and may lack what came after.`,
  behind: (time: string) =>
    `Tocsin was behind when this was made: it is as of ${time}. Reports that came since had perhaps not been looked at.`,
  aroundParts: { watches: 'On shift', sources: 'Silent sources', silences: 'Silences' },
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
      `${isNew ? 'New: delayed' : 'Delayed'} until ${until}: ${what} (${by}: ${reason})`,
    silenceBegins: ({
      what,
      by,
      reason,
      at,
      until
    }: ToldSilence & { readonly at: string; readonly until: string }) =>
      `Will be delayed from ${at} until ${until}: ${what} (${by}: ${reason})`,
    silenceEnded: ({ what, by, reason, at }: ToldSilence & { readonly at: string }) =>
      `Ended at ${at}: ${what} (${by}: ${reason})`
  },
  aroundNotTold: (lists: readonly string[]) => `Not loaded, and missing here: ${lists.join('; ')}.`,
  notNotified: 'nobody notified',
  dead: (count: string) => `${count} dead`,
  drill: 'DRILL'
} as const

export const part = { shiftReport }
