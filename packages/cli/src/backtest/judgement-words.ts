// A judgement by labels and a comparison of packs, for people: tables, and what was missed. Pure.

import type { BacktestReport } from './backtest-report.ts'
import type { LabelFigures } from './label-figures.ts'
import type { NotifiedFigures } from './notified-figures.ts'
import type { PackComparison } from './pack-comparison.ts'
import { formatDays, formatNumber, formatPercent, type Section } from './section.ts'

/** Alerts that only one of two packs has: as many are listed. */
const aloneShownMax = 10

/** A table of two packs, and what only one of them notifies people of. */
export function describeCompared(
  { pack, told, judged }: BacktestReport,
  compared: PackComparison
): Section {
  const { onlyHere, onlyThere, labelsOnlyHere, labelsOnlyThere } = compared
  const [ownName, otherName] = [pack ?? 'the rules of a new suite', compared.pack]
  const row = (
    name: string,
    read: (told: NotifiedFigures, judged: LabelFigures | null) => string
  ) => [name, read(told, judged), read(compared.told, compared.judged)]
  const rows = [
    ['pack', ownName, otherName],
    row('alerts with a notice', ({ alerts }) => formatNumber(alerts)),
    ['alerts that the other lacks', formatNumber(onlyHere.length), formatNumber(onlyThere.length)],
    row('notices a week, median theatre', one => String(one.noticesAWeek ?? '-')),
    row(
      'weeks with more than two new alerts',
      one => `${formatPercent(one.shareOfWeeksWithMoreThanTwo)} %`
    ),
    row('notices in the median alert', one => String(one.noticesAnAlert ?? '-')),
    row('updates in the median alert', one => String(one.updatesAnAlert ?? '-')),
    ...(judged === null
      ? []
      : [
          row('labels found', (_, one) => `${one?.found} of ${one?.labels}`),
          row('delay from the first day', (_, one) => formatDays(one?.delayDays ?? null)),
          row('false alarms a year of a theatre', (_, one) => String(one?.falseAlarmsAYear)),
          ['labels that the other missed', labelsOnlyHere, labelsOnlyThere].map(cell =>
            Array.isArray(cell) ? formatNumber(cell.length) : String(cell)
          )
        ])
  ]
  return {
    table: { columns: ['compared', 'thisPack', 'otherPack'], rows },
    after: [...listAlone('this pack', onlyHere), ...listAlone('the other pack', onlyThere)]
  }
}

function listAlone(pack: string, alerts: PackComparison['onlyHere']): readonly string[] {
  const more = alerts.length - aloneShownMax
  return [
    ...(alerts.length === 0 ? [] : [`only by ${pack}:`]),
    ...alerts
      .slice(0, aloneShownMax)
      .map(({ raised, rule, headline }) => `  ${raised.slice(0, 10)}  ${rule}  ${headline}`),
    ...(more > 0 ? [`  and ${formatNumber(more)} more`] : [])
  ]
}

/** Missed labels listed; the rest is counted. */
const missedShownMax = 20

/** A table of what was found, by kind, and what was missed. */
export function describeJudged(judged: LabelFigures): Section {
  const { share, shareFrom, shareTo, inTime, delayDays, falseAlarms, byKind, list } = judged
  const missed = list.flatMap(({ id, alertId }) => (alertId === null ? [id] : []))
  const rows = [
    ['labels found', `${judged.found} of ${judged.labels}`],
    [
      'share found',
      `${formatPercent(share)} % (95 %: ${formatPercent(shareFrom)} to ${formatPercent(shareTo)})`
    ],
    ...(inTime === null ? [] : [['found by their day', `${inTime.found} of ${inTime.labels}`]]),
    ['delay from the first day', formatDays(delayDays)],
    ['false alarms', formatNumber(falseAlarms)],
    ['years of all theatres', String(judged.theatreYears)],
    ['false alarms a year of a theatre', String(judged.falseAlarmsAYear)],
    ...Object.entries(byKind).flatMap(([kind, { labels, found }]) =>
      kind === '' ? [] : [[`found: ${kind}`, `${found} of ${labels}`]]
    )
  ]
  const more = missed.length - missedShownMax
  return {
    table: { columns: ['judged', 'by the labels'], rows },
    after:
      missed.length === 0
        ? []
        : [
            `missed: ${missed.slice(0, missedShownMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
          ]
  }
}
