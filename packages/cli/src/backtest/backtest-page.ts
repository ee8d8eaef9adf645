// report.html: the output for people as one page without scripts, with the alerts of which people were
// notified. Pure.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import { textOf } from '@tocsin/service-kit/sign-in/plain-page'
import { splitName, toOneLine } from '../terminal/table.ts'
import { type BacktestAlert, compareRaised } from './backtest-alerts.ts'
import type { BacktestReport } from './backtest-report.ts'
import { describeBacktest } from './backtest-words.ts'
import { formatNumber, type Section } from './section.ts'

/** Alerts listed; alerts.csv has all. */
const alertsShownMax = 2_000

export function formatPage(
  report: BacktestReport,
  alerts: readonly BacktestAlert[],
  listLabels: (alert: BacktestAlert) => readonly string[]
): string {
  const sections = [...describeBacktest(report), describeAlerts(alerts, listLabels)]
  const title = textOf(`Backtest of ${report.file}`)
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>Backtest</title><style>${style}</style><h1>${title}</h1>`,
    ...sections.map(formatSection),
    '</html>'
  ].join('\n')
}

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem;color-scheme:light dark}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}
th,td{text-align:start;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8886;vertical-align:top}
p{margin:.2rem 0}`

function describeAlerts(
  alerts: readonly BacktestAlert[],
  listLabels: (alert: BacktestAlert) => readonly string[]
): Section {
  const told = alerts.filter(({ notices }) => notices.length > 0).sort(compareRaised)
  const more = told.length - alertsShownMax
  return {
    before: ['alerts of which people were notified:'],
    table: {
      columns: ['raised', 'rule', 'headline', 'severity', 'triggers', 'notices', 'labels'],
      rows: told.slice(0, alertsShownMax).map(alert => {
        const { atMs, ruleId, headline, severity, triggers, notices } = alert
        return [
          ...[formatTime(atMs).slice(0, 10), ruleId, headline, severity],
          ...[formatNumber(triggers), formatNumber(notices.length), listLabels(alert).join(' ')]
        ]
      })
    },
    after: more > 0 ? [`and ${formatNumber(more)} more: alerts.csv has all`] : []
  }
}

function formatSection({ before = [], table, after = [] }: Section): string {
  const lines = (texts: readonly string[]) =>
    texts.map(text => `<p>${textOf(toOneLine(text))}</p>`).join('')
  if (table === undefined) return `<section>${lines(before)}${lines(after)}</section>`
  const head = table.columns.map(name => `<th scope="col">${textOf(splitName(name))}</th>`).join('')
  const rows = table.rows.map(
    row => `<tr>${row.map(cell => `<td>${textOf(toOneLine(cell))}</td>`).join('')}</tr>`
  )
  return `<section>${lines(before)}<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>${lines(after)}</section>`
}
