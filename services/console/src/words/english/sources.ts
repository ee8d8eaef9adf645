// Words of the view of sources.

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const sourcesEn = {
  lead: 'Who reports, how often each usually does, and who is silent for longer than that. Silence of a source is not quiet of a place.',
  unknown: 'The sources are not known yet, or are not told to your key.',
  asOf: (time: string) =>
    `This is as it was told at ${time}: who was heard or fell silent since is not known.`,
  none: 'No source is declared. Reports of undeclared sources are accepted, but their silence cannot be noticed.',
  counts: (silent: number, live: number, unheard: number, archives: number) =>
    `${silent} silent, ${live} heard, ${unheard} never heard, ${plural(archives, 'archive', 'archives')}.`,
  notToldHeard: (count: number) =>
    `${plural(count, 'source is', 'sources are')} declared. When each was last heard is told to officers and administrators who may see what is internal.`,
  states: { silent: 'silent', live: 'heard', unheard: 'never heard', archive: 'archive' },
  theatre: 'Theatre',
  last: 'Last report',
  never: 'none yet',
  quiet: 'Quiet for',
  quietBeyond: (quiet: string, beyond: string) => `${quiet}, ${beyond} beyond its rhythm`,
  rhythm: 'Usual rhythm',
  everyDays: (days: number) => `at least every ${plural(days, 'day', 'days')}`,
  lateness: 'Usual delay',
  days: (days: number) => plural(days, 'day', 'days'),
  reliability: 'Reliability',
  reliabilities: {
    A: 'A, reliable',
    B: 'B, usually reliable',
    C: 'C, fairly reliable',
    D: 'D, not usually reliable',
    E: 'E, unreliable',
    F: 'F, cannot be judged'
  },
  reporters: 'Reported by'
} as const
