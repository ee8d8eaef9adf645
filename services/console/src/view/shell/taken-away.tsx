// Alerts that were of who is signed in, and which another officer has taken over or given back,
// until somebody says that it was read.

import { readTakenAway, takenAway, takenAwayWords } from '../../state/taken-away.ts'
import { timeWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { AlertLink } from '../parts/alert-link.tsx'
import { SeverityMark } from '../parts/severity.tsx'

/** The page above keeps its height. */
const shownMax = 3

export function TakenAwayBanner() {
  const all = takenAway.value
  if (all.length === 0) return null
  const told = words.acts.takenAway
  return (
    <section class="banner taken-away" aria-label={told.title(all.length)}>
      <ul>
        {all.slice(0, shownMax).map(each => (
          <li key={each.alertId}>
            <SeverityMark severity={each.severity} />{' '}
            <strong>
              <bdi>{takenAwayWords(each)}</bdi>
            </strong>{' '}
            <AlertLink id={each.alertId}>
              <bdi>{each.headline}</bdi>
            </AlertLink>{' '}
            <span class="soft">{timeWords(each.at)}</span>
          </li>
        ))}
        {all.length > shownMax ? <li>{words.place.more(all.length - shownMax)}</li> : null}
      </ul>
      <button type="button" onClick={readTakenAway}>
        {words.missed.dismiss}
      </button>
    </section>
  )
}
