// What happened while the page was not live: told once it is live again, until somebody says that it was read.

import type { MissedAlert } from '../../change/alert-changes.ts'
import { setAddress } from '../../state/address.ts'
import { missed } from '../../state/console-state.ts'
import { sinceWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/severity.tsx'

const shownMax = 50

export function MissedList() {
  const told = missed.value
  if (told === null) return null
  const { fromMs, toMs, alerts } = told
  const [from, to] = [sinceWords(fromMs, toMs), sinceWords(toMs, toMs)]
  return (
    <section class="banner missed" aria-label={words.missed.title(alerts.length)}>
      <p>
        <strong>{alerts.length === 0 ? words.missed.none(from, to) : words.missed.title(alerts.length)}</strong>{' '}
        {alerts.length === 0 ? null : words.missed.span(from, to)}{' '}
        <button
          type="button"
          onClick={() => {
            missed.value = null
          }}
        >
          {words.missed.dismiss}
        </button>
      </p>
      <ul>
        {alerts.slice(0, shownMax).map(each => (
          <MissedItem key={each.alert.alertId} {...each} />
        ))}
      </ul>
      {alerts.length > shownMax ? <p>{words.place.more(alerts.length - shownMax)}</p> : null}
    </section>
  )
}

function MissedItem({ kind, alert, changes }: MissedAlert) {
  return (
    <li>
      <b>{words.missed[kind]}</b> <SeverityMark severity={alert.severity} />{' '}
      <button type="button" class="as-link" onClick={() => setAddress({ alert: alert.alertId, view: null }, { push: true })}>
        {alert.headline}
      </button>{' '}
      <span class="soft">{changes.map(({ what, before, after }) => `${what}: ${before} → ${after}`).join('; ')}</span>
    </li>
  )
}
