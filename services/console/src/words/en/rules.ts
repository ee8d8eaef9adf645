// Words of the view of rules.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const rules = {
  lead: 'What raises an alert: patterns with their parameters. A change is shown before it goes live, and is applied to all that is retained.',
  search: 'Search rules',
  none: 'No rule fits.',
  count: (count: number) => plural(count, 'rule', 'rules'),
  create: 'New rule',
  back: 'All rules',
  noRule: 'is not a rule: it needs members such as pattern',
  gone: 'There is no such rule, or it runs where you may not look.',
  states: { runs: 'runs', failing: 'fails', short: 'sees too little', warming: 'warms up' },
  failing: (count: number, message: string | null) =>
    `${plural(count, 'failure', 'failures')}${message === null ? '' : `: ${message}`}`,
  failingName: 'Fails',
  shortName: 'Looks back further than is retained in',
  looseName: 'Reads what no rule finds',
  warmingName: 'Not enough history yet in',
  pattern: 'Pattern',
  version: 'Version',
  where: 'Only incidents where',
  groupBy: 'Also split by',
  levels: 'Severity of its levels',
  levelsDefault: 'as the pattern has them',
  headline: 'Headline',
  theatres: 'Runs in',
  budgets: 'Budgets, false alarms a year',
  budgetsOf: (budgets: readonly (readonly [string, number])[]) =>
    budgets.map(([theatre, budget]) => `${theatre}: ${budget}`).join(', '),
  everywhere: 'every theatre',
  parameters: 'Parameters',
  parameter: 'Parameter',
  value: 'Value',
  meaning: 'Meaning',
  setHere: 'set here',
  howOften: 'How often the rule would have told something is shown by its backtest.',
  near: {
    title: 'What nearly fired',
    means:
      'By the rule as it is in force: groups with most of what is required, the nearest first.',
    ask: 'Show what nearly fired',
    asking: 'What is retained is being looked at…',
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
  mayNot: {
    reads: 'Your key may read rules. Changing them needs the scope “rules:manage”.',
    previews:
      'Your key may edit, preview and backtest. Publishing needs clearance “restricted”: an administrator publishes what you ask for.'
  },
  form: {
    heading: 'Rule',
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
    means: 'of each alert at its beginning. Hollow: nearly fired by the rule in force.',
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
  faults: 'What is wrong',
  faulty: 'Not accepted: the lines are named below.',
  preview: 'Show what would change',
  previewing: 'All that is retained is being read again…',
  previewed: 'The preview is there.',
  progressOf: 'How far it is',
  progress: (percent: number, done: number, theatres: number) =>
    `${percent} %${theatres < 2 ? '' : `, ${done} of ${theatres} theatres done`}. It ends when this rule is left.`,
  save: 'Put into force',
  saveFirst: 'A change is put into force once its preview was shown.',
  previewAgain: {
    rules:
      'Other rules were changed since this was shown: ask again what would change, then put it into force.',
    window:
      'How far back reports count was changed since this was shown: ask again what would change, then put it into force.',
    old: 'This was asked some minutes ago, and reports have come since: ask again what would change, then put it into force.'
  },
  saving: 'Putting into force…',
  saved: (version: number) => `In force, as version ${version}.`,
  savedBefore: (version: number) =>
    `In force, as version ${version}: without what you have typed since. That is kept.`,
  stale: (detail: string) => `Not accepted: ${detail} What you typed is kept.`,
  reload: 'Show what is in force instead of what I typed',
  reset: 'Undo what I typed',
  withdraw: 'Withdraw the rule',
  withdrawAsk: 'Its alerts are withdrawn too. Withdraw it?',
  withdrawYes: 'Withdraw it',
  withdrawn: (id: string) => `The rule ${id} is withdrawn.`,
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
  backtest: 'Backtest on what is retained',
  backtesting: 'The rule is tried on all that is retained…',
  backtested: 'The backtest is there.',
  backtestTitle: 'What this rule would have told',
  backtestOfNothing: 'There is nothing to try it on: no report is retained.',
  backtestSum: (total: number, since: string, perYear: number | null) =>
    `${plural(total, 'alert', 'alerts')} since ${since}${perYear === null ? '' : `: about ${perYear < 10 ? perYear.toFixed(1) : Math.round(perYear)} a year`}.`,
  backtestMeans:
    'By the reports as they are known now, each at the latest when the reports had come that reached its first level. An alert that was raised and then withdrawn is not among them: “tocsin backtest” replays a file in the order in which things became known.',
  lateness: (median: string, p90: string, most: string) =>
    `How late, after the first incident began: half within ${median}, nine in ten within ${p90}, all within ${most}.`,
  lateOne: (time: string) => `told after ${time} at the latest`,
  backtestMap: 'Map of what this rule would have told',
  backtestIn: (count: number, theatre: string) =>
    `${plural(count, 'alert', 'alerts')} in ${theatre}`,
  backtestBars: 'When they would have begun',
  period: 'Time',
  alerts: 'Alerts',
  bySeverity: 'By severity'
} as const

export const part = { rules }
