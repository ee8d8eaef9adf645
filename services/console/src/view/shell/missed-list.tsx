// What happened while the page was not live: shown once it is live again, until somebody marks it
// as read.

import { useState } from 'preact/hooks'
import { changeWords, type MissedAlert } from '../../change/alert-changes.ts'
import { type Severity, severities } from '../../shown/shown-alert.ts'
import { missed } from '../../state/console-state.ts'
import { openView, openViews } from '../../state/current-view.ts'
import { words } from '../../words/words.ts'
import { NamedAlert } from '../parts/alert-link.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import { sinceHere } from '../parts/since-here.ts'

/** Rows drawn at first, and with each press: thousands together would block the page. */
const shownMax = 50

export function MissedList() {
  const told = missed.value
  const [drawn, setDrawn] = useState(shownMax)
  if (told === null) return null
  const { fromMs, toMs, alerts } = told
  const [from, to] = [sinceHere(fromMs), sinceHere(toMs)]
  const read = () => {
    missed.value = null
    setDrawn(shownMax)
  }
  const left = alerts.length - drawn
  return (
    <section class="banner missed" aria-label={words.missed.title(alerts.length)}>
      {alerts.length === 0 ? (
        <p>
          <strong>{words.missed.none(from, to)}</strong>
        </p>
      ) : (
        // One line, to leave the list its room next to an open alert.
        <details>
          <summary>
            <strong>{words.missed.title(alerts.length)}</strong>{' '}
            <SeverityMark severity={findGravest(alerts)} /> {words.missed.span(from, to)}
          </summary>
          <ul>
            {alerts.slice(0, drawn).map(each => (
              <MissedItem key={each.alert.alertId} {...each} />
            ))}
          </ul>
          {left <= 0 ? null : (
            <p>
              <button type="button" onClick={() => setDrawn(drawn + shownMax)}>
                {words.missed.more(Math.min(left, shownMax), alerts.length)}
              </button>
            </p>
          )}
          {openViews.value.includes('hand-over') ? (
            <p>
              <button
                type="button"
                class="as-link"
                onClick={() =>
                  openView('hand-over', null, {
                    members: { since: new Date(fromMs).toISOString() }
                  })
                }
              >
                {words.missed.again}
              </button>
            </p>
          ) : null}
        </details>
      )}
      <button type="button" onClick={read}>
        {words.missed.dismiss}
      </button>
    </section>
  )
}

function findGravest(alerts: readonly MissedAlert[]): Severity {
  const found = alerts.map(({ alert }) => alert.severity)
  return severities.find(severity => found.includes(severity)) ?? 'minor'
}

function MissedItem({ kind, alert, changes }: MissedAlert) {
  return (
    <li>
      <b>{words.missed[kind]}</b> <NamedAlert alert={alert} />{' '}
      <bdi class="soft">{changes.map(changeWords).join('; ')}</bdi>
    </li>
  )
}
