// report.html: the output for people as one page without scripts, with the alerts of which people were
// notified. Pure.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import { readBudget } from '@tocsin/engine/theatre/budget'
import type { Outline } from '@tocsin/gazetteer/area/country-outlines'
import { formatText } from '@tocsin/service/http/plain-page'
import { splitName, toOneLine } from '../terminal/table.ts'
import { type BacktestAlert, compareRaised } from './backtest-alerts.ts'
import { drawMap, drawWeeks, nameAnchor } from './backtest-map.ts'
import type { BacktestReport } from './backtest-report.ts'
import { describeBacktest } from './backtest-words.ts'
import { formatNumber, type Section } from './section.ts'

/** Alerts listed; alerts.csv has all. */
const alertsShownMax = 2_000
const weeksAYear = 365.25 / 7

export function formatPage(
  report: BacktestReport,
  alerts: readonly BacktestAlert[],
  listLabels: (alert: BacktestAlert) => readonly string[],
  outlines: readonly Outline[]
): string {
  const told = alerts.filter(({ notices }) => notices.length > 0).sort(compareRaised)
  const title = formatText(`Backtest of ${report.file}`)
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>Backtest</title><style>${style}</style><h1>${title}</h1>`,
    `<section>${drawMap(told, outlines) ?? ''}</section>`,
    `<section>${drawWeeks(told)}</section>`,
    ...[describeBudgets(report, told, listLabels), ...describeBacktest(report)].map(formatSection),
    listAlerts(told, listLabels),
    '</html>'
  ].join('\n')
}

/** What rules with a budget of false alarms have spent of it. */
function describeBudgets(
  { ruleVersions, told: { theatres }, judged }: BacktestReport,
  told: readonly BacktestAlert[],
  listLabels: (alert: BacktestAlert) => readonly string[]
): Section {
  const years = Object.values(theatres).reduce((sum, { weeks }) => sum + weeks, 0) / weeksAYear
  const rows = ruleVersions.flatMap(rule => {
    const budget = readBudget(rule)
    if (budget === null) return []
    const own = told.filter(({ ruleId }) => ruleId === rule.ruleId)
    const unlabelled = own.filter(alert => listLabels(alert).length === 0).length
    return [
      [
        ...[rule.ruleId, String(budget), (budget * years).toFixed(1), formatNumber(own.length)],
        judged === null ? '-' : formatNumber(unlabelled)
      ]
    ]
  })
  if (rows.length === 0) return {}
  return {
    before: [
      `false alarms that the budget allows in ${years.toFixed(1)} theatre-years, and alerts:`
    ],
    table: { columns: ['rule', 'budget a year', 'allowed', 'alerts', 'without a label'], rows }
  }
}

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem;color-scheme:light dark}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}
th,td{text-align:start;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8886;vertical-align:top}
p{margin:.2rem 0}
.weeks td{padding:0;min-width:1.1rem;text-align:center;border:1px solid #8883;font-size:.75rem}
.weeks a{display:block;color:inherit;text-decoration:none}.weeks caption{text-align:start}
.map{width:100%;height:auto;border:1px solid #8886}.map path{fill:none;stroke:#8889;stroke-width:.7}
.s0{background:#8884;fill:#888}.s1{background:#cda93a66;fill:#cda93a}.s2{background:#ef8b3f99;fill:#ef8b3f}
.s3{background:#c3112d;fill:#c3112d;color:#fff}tr:target{background:#86b0ff44}`

function listAlerts(
  told: readonly BacktestAlert[],
  listLabels: (alert: BacktestAlert) => readonly string[]
): string {
  const columns = ['raised', 'rule', 'headline', 'severity', 'triggers', 'notices', 'labels']
  const rows = told.slice(0, alertsShownMax).map(alert => {
    const { atMs, ruleId, headline, severity, triggers, notices } = alert
    const anchor = nameAnchor(alert)
    const cells = [
      ...[ruleId, headline, severity, formatNumber(triggers), formatNumber(notices.length)],
      listLabels(alert).join(' ')
    ]
    const day = formatTime(atMs).slice(0, 10)
    return `<tr id="${anchor}"><td><a href="#${anchor}">${day}</a></td>${cells.map(formatCell).join('')}</tr>`
  })
  const more = told.length - alertsShownMax
  const after = more > 0 ? `<p>and ${formatNumber(more)} more: alerts.csv has all</p>` : ''
  return `<section><p>alerts of which people were notified:</p>${formatTable(columns, rows)}${after}</section>`
}

function formatSection({ before = [], table, after = [] }: Section): string {
  const lines = (texts: readonly string[]) =>
    texts.map(text => `<p>${formatText(toOneLine(text))}</p>`).join('')
  if (table === undefined) return `<section>${lines(before)}${lines(after)}</section>`
  const rows = table.rows.map(row => `<tr>${row.map(formatCell).join('')}</tr>`)
  return `<section>${lines(before)}${formatTable(table.columns, rows)}${lines(after)}</section>`
}

function formatCell(cell: string): string {
  return `<td>${formatText(toOneLine(cell))}</td>`
}

function formatTable(columns: readonly string[], rows: readonly string[]): string {
  const head = columns.map(name => `<th scope="col">${formatText(splitName(name))}</th>`).join('')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}
