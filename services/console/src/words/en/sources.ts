// Words of the view of sources.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const sourcesView = {
  lead: 'A silent source does not mean a quiet area.',
  unknown: 'The sources are not known yet, or your key may not see them.',
  asOf: (time: string) =>
    `This is from ${time}: which sources were heard or fell silent since is not known.`,
  none: 'No source is declared. Reports of undeclared sources are accepted, but their silence cannot be noticed.',
  counts: (silent: number, live: number, unheard: number, archives: number) =>
    `${silent} silent, ${live} heard, ${unheard} never heard, ${plural(archives, 'archive', 'archives')}.`,
  notToldHeard: (count: number) =>
    `${plural(count, 'source is', 'sources are')} declared. Only officers and administrators who may see what is internal see when each was last heard.`,
  states: { silent: 'Silent', live: 'Heard', unheard: 'Never heard', archive: 'Archive' },
  state: 'State',
  source: 'Source',
  aDay: 'Reports a day, 90 days',
  inDays: (reports: number, days: number) =>
    `${plural(reports, 'report', 'reports')} on ${plural(days, 'day', 'days')}`,
  inNone: (count: number) =>
    `${plural(count, 'report is', 'reports are')} in no theatre, of the last 7 days.`,
  noRule: 'No rule reads them.',
  seeReports: 'See reports',
  last: 'Last report',
  never: 'None yet',
  quiet: 'Quiet for',
  rhythm: 'Usual rhythm',
  lateness: 'Usual delay',
  days: (days: number) => plural(days, 'day', 'days'),
  reliability: 'Reliability',
  reliabilities: {
    A: 'A reliable',
    B: 'B usually reliable',
    C: 'C fairly reliable',
    D: 'D not usually reliable',
    E: 'E unreliable',
    F: 'F cannot be judged'
  },
  noRhythm: 'none',
  reporters: (names: string) => `Reported by ${names}`
} as const

export const part = { sourcesView }
