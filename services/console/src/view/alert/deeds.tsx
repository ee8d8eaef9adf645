// What was done about an alert: what, when, how long after it was raised, and by whose record.

import { useContext } from 'preact/hooks'
import { type Deed, readDeeds } from '../../change/deeds.ts'
import type { ShownAlert, ShownRevision } from '../../shown/shown-alert.ts'
import { afterRaisedWords, responseKindWords } from '../../words/alert-words.ts'
import { timeAtWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Narrative } from '../parts/narrative.tsx'
import { PlaceOfTimes, Time } from '../parts/time.tsx'

interface DeedsProps {
  readonly revisions: readonly ShownRevision[]
  readonly operator: ShownAlert['operator']
  readonly raisedAt: string
  readonly country: string | undefined
  /** Begins to correct a response; null: that can not be done here, or by this reader. */
  readonly onCorrect: ((deed: Deed) => void) | null
}

export function Deeds({ revisions, operator, raisedAt, country, onCorrect }: DeedsProps) {
  const told = words.responses
  const place = useContext(PlaceOfTimes)
  const { deeds, omitted } = readDeeds(revisions, operator.responses, raisedAt)
  if (deeds.length === 0) return null
  // Who recorded it is told to who may read that, and so may correct it.
  const isCorrectable = (id: string | undefined) =>
    operator.responses?.recent?.some(each => each.id === id && each.byId !== undefined) === true
  return (
    <section class="card deeds" aria-label={told.title}>
      <h3>{told.title}</h3>
      <ul>
        {deeds.map(deed => {
          const { id, kind, at, recordedAt, by, text, afterMs, corrects } = deed
          return (
            <li key={`${recordedAt} ${at} ${kind} ${id}`}>
              <p>
                <b>{responseKindWords(kind)}</b> <Time at={at} country={country} />,{' '}
                {afterRaisedWords(afterMs)}
              </p>
              {text === null || text === '' ? null : <Narrative text={text} label={told.title} />}
              <p class="quiet">
                <bdi>{told.by(by ?? told.someOfficer)}</bdi>,{' '}
                {told.recorded(timeAtWords(recordedAt, place))}
                {corrects === undefined ? '' : `, ${told.correctedFrom}`}{' '}
                {onCorrect !== null && isCorrectable(id) ? (
                  <button type="button" onClick={() => onCorrect(deed)}>
                    {told.correct}
                  </button>
                ) : null}
              </p>
            </li>
          )
        })}
      </ul>
      {omitted === 0 ? null : <p class="quiet">{told.more(omitted)}</p>}
    </section>
  )
}
