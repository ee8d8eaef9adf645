// What was accepted from this page: its id, how its place was understood, and what became of it.

import { useState } from 'preact/hooks'
import { reports } from '../../http/reports.ts'
import type { ReportOutcome } from '../../shown/report.ts'
import { setAddress } from '../../state/address.ts'
import { mayUse } from '../../state/console-state.ts'
import {
  correctReport,
  placing,
  reporting,
  type SentReport,
  sendPlace,
  sentReports
} from '../../state/report.ts'
import { withdrawnHere } from '../../state/reports/opened-report.ts'
import { areaWords, categoryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'
import { Outcome } from '../parts/form.tsx'
import { viewTitleId } from '../parts/view-page.tsx'
import { outcomeWords } from './outcome-words.ts'
import { Withdrawal } from './withdrawal.tsx'

export function Sent() {
  const told = words.report
  const all = sentReports.value
  if (all.length === 0) return null
  return (
    <section class="deliveries" aria-labelledby="sent-title">
      <h3 id="sent-title">{told.sent}</h3>
      <Outcome state={placing.state.value} />
      <ul class="records">
        {all.map(sent => (
          <SentItem key={sent.answer.reportId} sent={sent} />
        ))}
      </ul>
    </section>
  )
}

function correct(sent: SentReport): void {
  correctReport(sent)
  document.getElementById(viewTitleId)?.focus()
}

function SentItem({ sent }: { readonly sent: SentReport }) {
  const told = words.report
  const { reportId, duplicate, place } = sent.answer
  return (
    <li class="record is-good">
      <h4>
        <span>{told.sentAs(reportId)}</span>{' '}
        <span class="soft">
          {categoryWords(String(sent.body.category))}
          {duplicate ? ` · ${told.duplicate}` : ''}
        </span>
      </h4>
      {place === undefined ? null : (
        <p>
          {told.understood} {told.resolutions[place.resolution] ?? place.resolution}
          {place.hint === undefined ? null : <span class="soft"> ({place.hint})</span>}
        </p>
      )}
      {place === undefined || place.resolution !== 'ambiguous' ? null : (
        <ul class="buttons">
          {place.candidates.map(spot => (
            <li key={`${spot.lat} ${spot.lon}`}>
              <button type="button" onClick={() => sendPlace(sent, spot)}>
                {told.spot(
                  spot.name,
                  spot.admin1 === null ? '' : areaWords(spot.admin1),
                  spot.lat,
                  spot.lon
                )}
              </button>
            </li>
          ))}
          {place.omitted === undefined || place.omitted === 0 ? null : (
            <li>{told.furtherSpots(place.omitted)}</li>
          )}
        </ul>
      )}
      {withdrawnHere.value.has(reportId) ? null : (
        <p class="buttons">
          <button
            type="button"
            disabled={reporting.state.value.kind === 'asking'}
            onClick={() => correct(sent)}
          >
            {told.correct}
            <span class="visually-hidden"> {told.sentAs(reportId)}</span>
          </button>
        </p>
      )}
      <Withdrawal id={reportId} />
      {mayUse('reports:read') ? <Became id={reportId} /> : null}
    </li>
  )
}

function Became({ id }: { readonly id: string }) {
  const told = words.report
  const [outcome, setOutcome] = useState<ReportOutcome | 'unknown' | null>(null)
  const load = async () => {
    const answer = await reports.outcome(id)
    setOutcome(answer.kind === 'ok' ? answer.body : 'unknown')
  }
  return (
    <div class="buttons">
      <button type="button" onClick={load}>
        {told.ask}
        <span class="visually-hidden"> {told.sentAs(id)}</span>
      </button>
      <span role="status">
        {outcome === null
          ? ''
          : outcome === 'unknown'
            ? words.views.unreachable
            : outcomeWords(outcome)}
      </span>
      {outcome === null || outcome === 'unknown'
        ? null
        : outcome.alerts.map(({ alertId }) => (
            <button
              key={alertId}
              type="button"
              class="as-link"
              onClick={() => setAddress({ alert: alertId, view: null }, { push: true })}
            >
              {words.subscriptions.openAlert}
            </button>
          ))}
    </div>
  )
}
