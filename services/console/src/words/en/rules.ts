// Words of the view of rules.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const rules = {
  lead: 'What raises an alert: patterns with their parameters. A change is previewed before it is published, and applies to all kept data.',
  search: 'Search rules',
  none: 'No rule fits.',
  count: (count: number) => plural(count, 'rule', 'rules'),
  create: 'New rule',
  back: 'All rules',
  noRule: 'is not a rule: it needs members such as pattern',
  gone: 'There is no such rule, or it runs where you may not look.',
  states: { runs: 'runs', failing: 'fails', short: 'sees too little', warming: 'learning' },
  failing: (count: number, message: string | null) =>
    `${plural(count, 'failure', 'failures')}${message === null ? '' : `: ${message}`}`,
  failingName: 'Fails',
  shortName: 'Looks back further than is kept in',
  looseName: 'Reads what no rule finds',
  warmingName: 'Learning',
  warming: (theatres: readonly string[]) =>
    `It compares with the past, and ${theatres.join(', ')} has too little of it yet. Until then it raises nothing there.`,
  version: 'Version',
  groupBy: 'Also split by',
  levelsDefault: 'as the pattern has them',
  headline: 'Headline',
  budgets: 'Budgets, false alarms a year',
  budgetsOf: (budgets: readonly (readonly [string, number])[]) =>
    budgets.map(([theatre, budget]) => `${theatre}: ${budget}`).join(', '),
  everywhere: 'every theatre',
  parameters: 'Parameters',
  setHere: 'set here',
  howOften: 'Its backtest shows how often it would have raised an alert.',
  near: {
    title: 'What nearly fired',
    means: 'By the published rule: groups with most of what is required, the nearest first.',
    ask: 'Show what nearly fired',
    found: (count: number, canSay: boolean) =>
      canSay
        ? count === 0
          ? 'Nothing comes near.'
          : plural(count, 'near miss', 'near misses')
        : 'This pattern cannot tell.',
    measure: (name: string, value: number, threshold: number) => `${name} ${value} of ${threshold}`,
    lacks: 'lacks',
    drill: 'EXERCISE:',
    seen: (incidents: number, day: string) =>
      `${plural(incidents, 'incident', 'incidents')}, the last on ${day}`
  },
  versions: {
    title: 'Versions',
    version: (version: number, by: string) => `Version ${version}, ${by}`,
    unknown: 'author not recorded',
    published: 'published',
    difference: 'What it changed',
    first: 'Its text',
    restore: 'Restore',
    restored: (version: number) =>
      `Version ${version} is in the text. Look at its preview, then publish it.`
  },
  mayNot: {
    reads: 'Your key may read rules. Changing them needs the scope “rules:manage”.',
    previews:
      'Your key may edit, preview and backtest. Publishing needs clearance “restricted”: an administrator publishes what you ask for.'
  },
  form: {
    title: 'Name',
    yaml: 'YAML',
    same: 'the same rule',
    completes: 'Ctrl+Space lists what fits.',
    mendText: 'The YAML has a fault: mend it there.',
    choose: 'Choose a pattern',
    pattern: 'Pattern',
    where: 'Only incidents where',
    whereHint: 'A predicate in CEL, such as country == "ML".',
    severities: 'Severity of its levels',
    severitiesHint: 'From level 1 on, with commas. Empty: as the pattern has them.',
    theatres: 'Runs in',
    theatresHint: 'Theatres, with commas. Empty: every theatre.',
    notify: 'Notifies',
    notifies: [
      ['', 'People are notified'],
      ['quiet', 'Nobody: its alerts describe']
    ] as const
  },
  chart: {
    old: 'before your last change',
    means: 'of each alert at its beginning. Hollow: nearly fired by the published rule.',
    label: (count: number, threshold: number | null) =>
      `${plural(count, 'alert or near miss', 'alerts and near misses')}${threshold === null ? ', each with its threshold' : `, threshold ${threshold}`}`,
    threshold: (value: number) => `Threshold ${value}`,
    point: (what: string, value: number, day: string) => `${what} · ${value} · ${day}`
  },
  edit: 'Change the rule',
  text: 'The rule, as YAML',
  textHint: 'Members that are left out have the defaults of the pattern.',
  id: 'Id',
  idHint: 'Lower-case letters, digits and hyphens.',
  idFault: 'The id must be lower-case letters, digits and hyphens.',
  faulty: 'Not accepted: the lines are named below.',
  preview: 'Show what would change',
  previewing: 'Reading all kept data again…',
  previewed: 'The preview is there.',
  publish: 'Publish',
  previewFirst: 'Preview a change before you publish it.',
  previewAgain:
    'This preview is some minutes old, and reports have come since. Preview again, then publish.',
  publishing: 'Publishing…',
  published: (version: number) => `Published as version ${version}.`,
  publishedBefore: (version: number) =>
    `Published as version ${version}, without what you have typed since. That is kept.`,
  stale: (detail: string) => `Not accepted: ${detail} What you typed is kept.`,
  reload: 'Show the published rule instead of what I typed',
  reset: 'Undo what I typed',
  delete: 'Delete the rule',
  deleteAsk: 'Its alerts are retracted too. Delete it?',
  deleted: (id: string) => `The rule ${id} is deleted.`,
  diff: 'What would change',
  inTheatre: (theatre: string) => `In ${theatre}`,
  appear: (count: number) => `${plural(count, 'alert', 'alerts')} would appear`,
  change: (count: number) => `${plural(count, 'alert', 'alerts')} would change`,
  vanish: (count: number) => `${plural(count, 'alert', 'alerts')} would vanish`,
  same: (count: number) => `${plural(count, 'alert', 'alerts')} would stay as they are.`,
  nothing: 'No alert would change.',
  omitted: (count: number) => `and ${count} more that are not listed`,
  elsewhere: (theatres: string) => `Not looked at, since other instances hold them: ${theatres}.`,
  was: 'was',
  onMap: 'On the map',
  kinds: {
    appear: (count: number) => `would appear (${count})`,
    change: (count: number) => `would change (${count})`,
    vanish: (count: number) => `would vanish (${count})`
  },
  mapOf: {
    appear: 'Map of the alerts that would appear',
    change: 'Map of the alerts that would change',
    vanish: 'Map of the alerts that would vanish'
  },
  markWhat: (what: string) => `Mark on the map: ${what}`,
  backtest: 'Backtest on kept data',
  backtesting: 'Trying the rule on all kept data…',
  backtested: 'The backtest is there.',
  backtestTitle: 'What this rule would have raised',
  backtestOfNothing: 'There is nothing to try it on: no report is kept.',
  backtestSum: (total: number, since: string, perYear: number | null) =>
    `${plural(total, 'alert', 'alerts')} since ${since}${perYear === null ? '' : `: about ${perYear < 10 ? perYear.toFixed(1) : Math.round(perYear)} a year`}.`,
  backtestMeans:
    'By the reports as they are known now, each at the latest when the reports had come that reached its first level. An alert that was raised and then retracted is not among them: “tocsin backtest” replays a file in the order in which things became known.',
  lateness: (median: string, p90: string, most: string) =>
    `How late, after the first incident began: half within ${median}, nine in ten within ${p90}, all within ${most}.`,
  lateOne: (time: string) => `raised after ${time} at the latest`,
  backtestBars: 'When they would have begun',
  period: 'Time'
} as const

export const part = { rules }
