// The switch of the incidents that have raised no alert, and what it shows in words: the map's
// equal for who does not see it.

import { useState } from 'preact/hooks'
import {
  areLooseAsked,
  askLoose,
  loose,
  looseAsked,
  looseList,
  looseMax
} from '../../state/queue/loose-incidents.ts'
import { useAsking } from '../../state/resource.ts'
import { incidentWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'
import { Failure } from '../parts/failure.tsx'

const askEveryMs = 60_000

export function LooseLayer() {
  const isOn = areLooseAsked.value
  return (
    <div class="loose">
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={event => askLoose(event.currentTarget.checked)}
        />{' '}
        {words.map.loose.show}
      </label>
      {isOn ? <Loose /> : null}
    </div>
  )
}

function Loose() {
  useAsking(looseList.load, askEveryMs, [looseAsked.value])
  const [isOpen, setOpen] = useState(false)
  const { body, failure } = looseList.state.value
  const { incidents, offMap } = loose.value
  const told = words.map.loose
  return (
    <>
      <Failure failure={failure} />
      {body === null ? (
        <p role="status">{failure === null ? words.views.asking : ''}</p>
      ) : (
        <details onToggle={event => setOpen(event.currentTarget.open)}>
          <summary>
            {told.count(incidents.length, offMap)} {body.next === null ? '' : told.cut(looseMax)}
          </summary>
          {isOpen ? (
            <ul>
              {incidents.map(incident => (
                <li key={incident.incidentId}>
                  <bdi>{incidentWords(incident)}</bdi>
                </li>
              ))}
            </ul>
          ) : null}
        </details>
      )}
    </>
  )
}
