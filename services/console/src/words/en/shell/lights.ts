// Words of the lights: the link of the page, the pipeline of the suite, its sources.

export const lightsEn = {
  title: 'State of the link, the pipeline and the sources',
  whole: 'All that the lights say',
  link: 'Link',
  pipeline: 'Pipeline',
  unassigned: 'Outside',
  unassignedReports: (count: number) =>
    `${count.toLocaleString('en')} ${count === 1 ? 'report' : 'reports'} in no theatre`,
  unassignedMore: 'reports of the last 7 days: no rule sees them',
  good: 'good',
  bad: 'fault',
  warn: 'attention',
  unknown: 'unknown',
  linkLive: 'Live',
  linkHeard: (wait: string) => `last heard ${wait} ago`,
  linkComplete: (record: string, time: string) =>
    `complete up to record ${record}${time === '' ? '' : `, ${time}`}`,
  linkAnswers: 'Answers',
  linkConnecting: 'Connecting',
  linkCatchingUp: 'Catching up',
  linkLost: 'Not live',
  linkEnded: 'Ended',
  canaryThrough: (age: string | null) => (age === null ? 'canary just now' : `canary ${age} ago`),
  canaryThroughMore: (wait: string) => `a canary that was reported ${wait} ago became an alert`,
  canaryOverdue: (age: string) => `no canary for ${age}`,
  canaryNone: 'answers, no canary',
  canaryNoneMore:
    'no incident of the rule canary has come through, or this key may not see it: nothing shows that reports become alerts',
  canaryHidden: 'not shown to this key',
  pipelineBehind: (age: string) => `behind by ${age}`,
  pipelineBehindMore: 'reports that came since may not have been looked at',
  pipelineFaults: (names: readonly string[]) => `fault: ${names.join(', ')}`,
  pipelineUnknown: 'not known',
  sourcesLive: (live: number, all: number) => `${live} of ${all} heard`,
  silentCount: (count: number) => `${count} silent`,
  sourcesNone: 'none declared',
  sourcesUnknown: 'not known',
  sourcesWere: (heard: string, age: string) => `not known; ${heard} ${age} ago`,
  sourcesHidden: 'not told to this key',
  silentSources: (names: readonly string[]) => `silent: ${names.join(', ')}`,
  unheardSources: (names: readonly string[]) =>
    `no report that you may see from: ${names.join(', ')}`
}
